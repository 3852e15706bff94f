import { alarmEffects, type EventLine, endEffects } from './alarm.ts';
import type { Rule } from './rule.ts';

const name = 'door';

/** What a door warns of; all of it is over when the door is closed. */
export const doorKinds = ['door-forced', 'door-held-open'] as const;

/** A door forced or held open, until it is closed. */
export const door: Rule = {
  name,
  onRecord: (entry, view) => {
    if (entry.body.type !== 'event') return undefined;
    const { kind, active } = entry.body;
    const event = entry as EventLine;
    if (kind === 'door-closed') return endEffects(event, doorKinds, view);
    if (kind !== 'door-forced' && kind !== 'door-held-open') return undefined;
    if (active === false) return endEffects(event, [kind], view);
    return alarmEffects(event, view);
  },
};
