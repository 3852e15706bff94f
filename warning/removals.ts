import { isWorse } from '#contracts/facts/levels.ts';
import type { Evidence } from '#contracts/warning-transition.ts';
import type { CommunityRegistry } from '#registry/community-registry.ts';
import type { RemovalPart } from '#registry/removals.ts';
import { localTimeOf } from '#runtime/local-days.ts';
import { isCrowd } from './rules/alarm.ts';
import type { Effect, RuleView } from './rules/rule.ts';
import type { Warning } from './warning.ts';
import { isPublished } from './warning-lifecycle.ts';

/** Something that the registry had and has no more. */
export interface Gone {
  part: RemovalPart;
  id: string;
}

const partWords: Record<RemovalPart, { zh: string; en: string }> = {
  device: { zh: '设备', en: 'The device' },
  gateway: { zh: '网关', en: 'The gateway' },
  resident: { zh: '住户', en: 'The resident' },
};

/**
 * Effects on a warning whose device or gateway was removed from the registry. A published alarm continues until people
 * resolve it, and says that its state is unknown; all else ends,
 * for this reason and no other (DESIGN.md, promise 7).
 */
export function takenOutEffects(warning: Warning, view: RuleView): Effect[] {
  const gone = goneOf(warning, view.registry);
  if (!gone || warning.takenOut) return [];
  const isAlarm = warning.firstAlarmAt !== undefined && isWorse(warning.level, 'yellow');
  const because = 'taken-out';
  if (!isAlarm) return [{ do: 'clear', warning, evidence: silenceEvidence(gone, view), because }];
  const evidence = takenOutEvidence(gone, view, {
    zh: '现在是否仍在报警无从得知，请现场确认',
    en: 'whether it still alarms is not known, look on site',
  });
  return [{ do: isPublished(warning.state) ? 'change' : 'clear', warning, evidence, because }];
}

/** Marks its state as unknown. */
export function silenceEvidence(gone: Gone, view: RuleView): Evidence {
  const words = {
    zh: '不再等待它的消息，现状无从得知',
    en: 'nothing is heard of it, its state is not known',
  };
  return takenOutEvidence(gone, view, words);
}

/** The one warning of many devices is of none of them alone. */
function goneOf(warning: Warning, { devices, gateways }: CommunityRegistry): Gone | undefined {
  const device = isCrowd(warning) ? undefined : warning.device;
  if (device !== undefined) return devices.has(device) ? undefined : { part: 'device', id: device };
  const { gateway } = warning;
  return gateway === undefined || gateways.has(gateway) ? undefined : { part: 'gateway', id: gateway };
}

function takenOutEvidence(
  { part, id }: Gone,
  { registry }: RuleView,
  { zh, en }: { zh: string; en: string },
): Evidence {
  const taken = registry.removalOf(part, id);
  const at = taken && localTimeOf(registry.community.timezone, taken.at).slice(0, 16);
  return {
    zh: `${partWords[part].zh} ${id} 已移出登记${taken ? `（${at}，${taken.by}）` : ''}：${zh}`,
    en: `${partWords[part].en} ${id} was taken out of the registry${taken ? ` (${at}, by ${taken.by})` : ''}: ${en}`,
    values: { [part]: id, ...(taken && { takenOutAt: taken.at, by: taken.by }) },
  };
}
