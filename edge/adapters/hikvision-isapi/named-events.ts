import { begin, type CodeMeaning, event } from './code-meaning.ts';

/** Event types, in lower case, that are alarms by their name. */
const alarms: ReadonlyMap<string, CodeMeaning> = new Map([
  ['firedetection', begin('fire', 'firedetection')],
  ['smokeandfiredetection', begin('fire', 'smokeandfiredetection')],
  ['firesmartfiredetect', begin('fire', 'firesmartfiredetect')],
  ['smokedetection', begin('smoke', 'smokedetection')],
  ['io', event('generic-alarm', '报警输入 (alarm input)')],
  ['tma', event('generic-alarm', '测温报警 (temperature alarm)')],
]);

/** Not an alarm though its name has a word of one: an escape route is parked up. */
const states: ReadonlySet<string> = new Set(['fireescapedetection']);
/** A name with such a word in it may be a cry for help of a type that nobody here has met. */
/** `failDown` is how the maker spells a person on the ground. */
const dangerWords = /fire|smoke|gas|fa[il]l_?down|help|sos|panic|emergency|drown/;

/**
 * What an event type that is no access event means while it is active; undefined where it alarms nobody.
 *
 * @param types What its other fields call a type.
 */
export function namedAlarm(eventType: string, types: readonly string[] = []): CodeMeaning | undefined {
  const name = eventType.toLowerCase();
  const known = alarms.get(name);
  if (known) return known;
  if (states.has(name)) return undefined;
  if (dangerWords.test(name)) return event('generic-alarm');
  const danger = types.find((one) => dangerWords.test(one.toLowerCase()));
  return danger === undefined ? undefined : event('generic-alarm', danger);
}
