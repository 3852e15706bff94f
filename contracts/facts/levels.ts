import { type Static, Type } from 'typebox';

/** Warning levels, worst first: Ⅰ 红, Ⅱ 橙, Ⅲ 黄, Ⅳ 蓝 (CAP Extreme, Severe, Moderate, Minor). */
export const levels = ['red', 'orange', 'yellow', 'blue'] as const;

/** A level of a warning or an incident. */
export const Level = Type.Enum(levels, { description: 'red I, orange II, yellow III, blue IV.' });
export type Level = Static<typeof Level>;

/** True where `a` is a worse level than `b`. */
export function isWorse(a: Level, b: Level): boolean {
  return levels.indexOf(a) < levels.indexOf(b);
}
