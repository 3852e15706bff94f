import { factsOf } from '#contracts/facts/event-kinds.ts';
import { alarmEffects, type EventLine, endEffects } from './alarm.ts';
import { doorKinds } from './door.ts';
import { isGroupKind } from './gateway-group.ts';
import { isCoveredByOutage } from './outage.ts';
import type { Rule } from './rule.ts';

const name = 'device-event';

/**
 * Every kind of device event that warns by itself, by the facts of contracts/facts/event-kinds.ts. Doors, unreadable alarms,
 * groups and outages have rules of their own. A kind without an end holds until people resolve its incident.
 */
export const deviceEvent: Rule = {
  name,
  onRecord: (entry, view) => {
    if (entry.body.type !== 'event') return undefined;
    const { kind, active } = entry.body;
    const { level, hasEnd } = factsOf(kind);
    if (!level || kind === 'unreadable-alarm' || doorKinds.some((door) => door === kind)) return undefined;
    const event = entry as EventLine;
    if (isGroupKind(kind) || (kind === 'link-fault' && isCoveredByOutage(entry, view))) return undefined;
    if (active === false) return hasEnd ? endEffects(event, [kind], view) : undefined;
    return alarmEffects(event, view);
  },
  // It may be the only voice that a replaced gateway's detectors have; an end so said is none.
  onRecordOfOther: (entry, view) => {
    if (entry.body.type !== 'event' || entry.body.kind === 'unreadable-alarm') return undefined;
    if (!factsOf(entry.body.kind).lifeSafety || entry.body.active === false) return undefined;
    return alarmEffects(entry as EventLine, view);
  },
};
