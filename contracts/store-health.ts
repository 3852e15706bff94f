import { type Static, Type } from 'typebox';
import { objectOf } from './schema.ts';
import { type OngoingTrouble, ongoingTroubles, type RefusalCause, refusalCauses } from './store-trouble.ts';

const Words = objectOf({ zh: Type.String(), en: Type.String() });
const causeNames = Object.keys(refusalCauses) as RefusalCause[];
const troubleNames = Object.keys(ongoingTroubles) as OngoingTrouble[];
const Count = Type.Integer({ minimum: 0 });

/** Entries that the telemetry store does not take, by cause and measurement. */
export const RefusalCount = objectOf({
  cause: Type.Enum(causeNames),
  measurement: Type.String(),
  entries: Count,
});
export type RefusalCount = Static<typeof RefusalCount>;

/** What keeps the store from taking anything, and since when, epoch ms. */
export const StoreTrouble = objectOf({ name: Type.Enum(troubleNames), since: Type.Integer() });
export type StoreTrouble = Static<typeof StoreTrouble>;

/**
 * Whether what came is in the telemetry store: `waiting` while nothing is written at all and the journal keeps it,
 * `not-stored` where entries were refused. Warnings do not wait for it.
 */
export const StoreHealth = objectOf({
  state: Type.Enum(['stored', 'waiting', 'not-stored']),
  /** Journal entries refused and not written since. */
  notStored: Count,
  trouble: Type.Optional(objectOf({ ...StoreTrouble.properties, says: Words, way: Words })),
  refused: Type.Array(objectOf({ ...RefusalCount.properties, says: Words, way: Words })),
});
export type StoreHealth = Static<typeof StoreHealth>;

/** Reads what the store writer notes. */
export interface StoreHealthReader {
  /** Most entries first; of one community and of the platform itself, or of all where none is given. */
  refused(community: string | undefined, limit: number): RefusalCount[];
  trouble(): StoreTrouble | undefined;
}

const saying = ({ zh, en, way }: { zh: string; en: string; way: { zh: string; en: string } }) => ({
  says: { zh: `未写入：${zh}`, en: `Not stored: ${en}` },
  way: { zh: way.zh, en: way.en },
});

/** Puts into words what a reader found. */
export function storeHealthOf(
  refused: readonly RefusalCount[],
  trouble: StoreTrouble | undefined,
): StoreHealth {
  const notStored = refused.reduce((sum, { entries }) => sum + entries, 0);
  return {
    state: trouble ? 'waiting' : notStored > 0 ? 'not-stored' : 'stored',
    notStored,
    ...(trouble && { trouble: { ...trouble, ...saying(ongoingTroubles[trouble.name]) } }),
    refused: refused.map((count) => ({ ...count, ...saying(refusalCauses[count.cause]) })),
  };
}
