import { useTranslation } from 'react-i18next';
import { deniedKinds, factsOf, gateKinds } from '#contracts/facts/event-kinds.ts';
import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import type { GateEvent } from '#contracts/socket-events.ts';
import { zhCN } from '../../shared/locales/zh-CN.ts';
import { consoleZhCN } from '../locales/zh-CN.ts';

const isKind = (kind: string): kind is IncidentKind => Object.hasOwn(zhCN.kind, kind);
const isMeans = (means: string): means is keyof typeof consoleZhCN.means =>
  Object.hasOwn(consoleZhCN.means, means);

/** How a passage is marked, by word and colour: let in, turned away, an alarm, or merely said. */
export function toneOf(kind: string): 'granted' | 'denied' | 'alarm' | 'plain' {
  if (kind === 'access-granted') return 'granted';
  if (deniedKinds.some((denied) => denied === kind)) return 'denied';
  const known = gateKinds.find((one) => one === kind);
  return known && factsOf(known).level ? 'alarm' : 'plain';
}

/** What happened at a gate and by what means, in words; a kind this page does not know stands as it is. */
export function useGateEventWords(): (event: GateEvent) => { what: string; means: string | undefined } {
  const { t } = useTranslation();
  return ({ kind, active, means }) => {
    const name = isKind(kind) ? t(`kind.${kind}`) : kind;
    return {
      what: active ? name : t('gates.ended', { kind: name }),
      means: means && isMeans(means) ? t(`means.${means}`) : undefined,
    };
  };
}
