import { isHoldingKind } from '#contracts/facts/event-kinds.ts';
import { deviceWords } from '../device-words.ts';
import type { Warning } from '../warning.ts';
import { isCrowd } from './alarm.ts';
import type { Effect, ReceivedRecord, Rule, RuleView } from './rule.ts';

const name = 'panel-reset';

/**
 * A panel that was reset is at rest until its components report anew, which those still in alarm do. What they said
 * before the reset no longer holds, and what they say after it is a new alarm. No component has said that it is over, so
 * the incident is for people to close.
 *
 * A reset that may be the one before sent again, or that is of an unknown time, ends nothing: a component may have
 * reported since. This rule does not get records of another gateway.
 */
export const panelReset: Rule = {
  name,
  onRecord: (entry, view) => {
    if (entry.body.type !== 'event' || entry.body.kind !== 'panel-reset') return undefined;
    if (entry.possibleRepeat || entry.historical || entry.heldMs === undefined) return undefined;
    const evidence = resetEvidence(entry, view);
    return saidBefore(entry, view).map(
      (warning) =>
        ({ do: 'clear', warning, evidence, record: entry, because: name }) as const satisfies Effect,
    );
  },
};

/** What holds of the components of the system that was reset; of a transmitter, what its own button said. */
function saidBefore(entry: ReceivedRecord, view: RuleView): Warning[] {
  const reset = entry.body.type === 'event' ? entry.body.component : undefined;
  const isOfIt = ({ kind, component }: Warning) =>
    reset
      ? component?.systemType === reset.systemType && component.systemAddress === reset.systemAddress
      : component === undefined && kind === 'manual-call-point';
  return (
    devicesOf(entry, view)
      .flatMap((device) => view.activeOf(device))
      .filter((warning) => isHoldingKind(warning.kind) && !isCrowd(warning) && isOfIt(warning))
      // In one instant the alarm counts: it may be what was reported anew.
      .filter((warning) => (warning.lastAlarmAt ?? entry.capturedAt) < entry.capturedAt)
  );
}

/** The panel, and those of its components that the registry knows as devices of their own. */
function devicesOf({ device, address }: ReceivedRecord, { registry }: RuleView): string[] {
  const components = [...registry.devices.values()].filter((other) =>
    other.address.startsWith(`${address}/`),
  );
  return [...new Set([device, ...components.map(({ id }) => id)])];
}

function resetEvidence(entry: ReceivedRecord, { registry }: RuleView) {
  const { zh, en } = deviceWords(registry.devices.get(entry.device), entry.address);
  return {
    zh: `消防主机已复位，复位前的报警不再保持（部件未报告恢复，请现场确认）：${zh}`,
    en: `The fire panel was reset: what it said before no longer holds (no component said that it is over, look on site): ${en}`,
    values: { address: entry.address, capturedAt: entry.capturedAt },
  };
}
