import type { Value } from './danger-values.ts';
import type { Danger } from './danger-words.ts';

/** One key of the table: its danger and the values that say so, none, or nothing either way. */
export type TableKey = readonly [key: string, kind: Danger, danger: Value[], none: Value[], neither: Value[]];

/** Facts of the converters' definitions, made by `npm run zigbee:table`. */
export interface ZigbeeTable {
  source: { package: string; version: string; definitions: number };
  /** Keys that mean the same wherever they stand, without their numbers. */
  keys: readonly TableKey[];
  /** Keys whose danger only their model tells, e.g. `alarm` of a heat detector. */
  ofModel: ReadonlyArray<readonly [model: string, keys: readonly TableKey[]]>;
  /** Keys that also stand for a measured number, which is no alarm: `gas` of a meter. */
  measured: readonly string[];
  /** Keys of buttons that say that they were pressed and hold nothing. */
  momentary: ReadonlyArray<readonly [model: string, keys: readonly string[]]>;
}
