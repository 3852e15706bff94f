import { alarmEffects, type EventLine } from './alarm.ts';
import type { Effect, ReceivedRecord, Rule, RuleView } from './rule.ts';

const name = 'unreadable-alarm';

/**
 * Something came on the alarm lane that could not be read, or from a device nobody registered: red, to be
 * verified, with what could be read. One warning a sender while it holds: whatever further cannot be read repeats it.
 */
export const unreadableAlarm: Rule = { name, onRecord: raise, onRecordOfOther: raise };

function raise(entry: ReceivedRecord, view: RuleView): readonly Effect[] | undefined {
  if (entry.body.type !== 'event' || entry.body.kind !== 'unreadable-alarm') return undefined;
  if (entry.body.active === false) return undefined;
  return alarmEffects(entry as EventLine, view);
}
