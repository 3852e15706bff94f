import { alarmEffects, alarmKey, type EventLine } from './alarm.ts';
import type { Rule } from './rule.ts';

const name = 'unreadable-alarm';

/**
 * Something came on the alarm lane that could not be read, or from a device nobody registered: red, to be
 * verified, with what could be read. The same reason at the same address repeats.
 */
export const unreadableAlarm: Rule = {
  name,
  onRecord: (entry, view) => {
    if (entry.body.type !== 'event' || entry.body.kind !== 'unreadable-alarm') return undefined;
    if (entry.body.active === false) return undefined;
    const event = entry as EventLine;
    const reason = event.body.unreadable?.reason ?? 'no reason given';
    return alarmEffects(name, event, view, `${alarmKey(event)}/${reason}`);
  },
};
