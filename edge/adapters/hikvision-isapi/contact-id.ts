import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { factsOf } from '#contracts/facts/event-kinds.ts';
import { type CodeMeaning, info } from './code-meaning.ts';

/** Kinds by the last three digits of a Contact ID code. @see SIA DC-05-1999.09, and Hikvision AX PRO for 103. */
const kinds: ReadonlyMap<number, EventKind> = new Map<number, EventKind>([
  ...of('emergency-button', 100, 101, 120, 122, 123, 124, 125, 129),
  ...of('fire', 110, 112, 113, 114, 116, 117, 118),
  ...of('smoke', 111),
  ...of('manual-call-point', 115),
  ...of('duress', 121),
  ...of('intrusion', 103, 130, 131, 132, 133, 134, 135, 136, 138, 139, 146, 155),
  ...of('tamper', 137, 144, 145, 341, 383),
  ...of('link-fault', 141, 142, 143, 147, 156, 330, 331, 332, 333, 334, 338, 344, 350, 351, 352, 353, 354),
  ...of('link-fault', 355, 356, 357, 370, 371, 372, 373, 374, 378, 380, 381, 382),
  ...of('gas', 151),
  ...of('water-leak', 154),
  ...of('carbon-monoxide', 162),
  ...of('panel-supervisory', 200, 201, 202, 203, 204, 205, 206),
  ...of('power-fault', 301, 302, 308, 309, 311, 312, 337, 342),
  ...of('low-battery', 384),
  ...of('door-forced', 423),
  ...of('access-failures', 461),
  ...of('panel-shielded', 570, 571, 572, 573, 574, 575, 576, 577),
]);

/** Alarms by their group that only describe a place or a device: cooling, heating, level of a tank. */
const states: ReadonlySet<number> = new Set([152, 153, 157, 159, 163]);

function of(kind: EventKind, ...codes: number[]): Array<[number, EventKind]> {
  return codes.map((code) => [code, kind]);
}

/**
 * What a Contact ID code means: the first digit says that something begins (1), ends (3) or still stands (6), the
 * others what. An alarm (100 to 199) that is not listed is an alarm without a cause.
 *
 * @returns Undefined for what is no Contact ID code.
 */
export function contactIdMeaning(code: number): (CodeMeaning & { isKnown: boolean }) | undefined {
  const qualifier = Math.floor(code / 1000);
  const what = code % 1000;
  if (![1, 3, 6].includes(qualifier) || what < 100) return undefined;
  const isOver = qualifier === 3;
  const isAlarm = what < 200 && !states.has(what);
  const listed = kinds.get(what);
  const kind = listed ?? (isAlarm ? 'generic-alarm' : 'device-info');
  const isKnown = listed !== undefined || !isAlarm;
  if (kind === 'device-info') return { kind, isKnown };
  if (factsOf(kind).hasEnd) return { kind, active: !isOver, condition: String(what), isKnown };
  // A kind without an end cannot end: what is over is kept, and alarms nobody.
  return isOver ? { ...info(`${what} 恢复 (restored)`), isKnown } : { kind, isKnown };
}
