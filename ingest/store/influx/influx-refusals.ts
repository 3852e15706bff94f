import type { OngoingTrouble, RefusalCause } from '#contracts/store-trouble.ts';

/** What InfluxDB says no repetition changes: a bad line, no such database, more than it takes at once. */
const lasting = [400, 404, 413, 422];

/** A refusal of lines as the server words it. */
export interface LineRefusal {
  cause: RefusalCause;
  /** Where the server names it. */
  measurement?: string;
  /** Lines that were not stored, of one shard; absent where the server does not report it. */
  dropped?: number;
}

/** True where writing the same again brings the same answer. */
export function isLasting(status: number): boolean {
  return lasting.includes(status);
}

/** What keeps a server from taking or answering anything, by its answer. */
export function troubleOfAnswer(status: number, words: string): OngoingTrouble {
  if (status === 401) return 'sign-in-refused';
  if (status === 403) return 'not-allowed';
  if (/no space left on device|disk quota exceeded/i.test(words)) return 'disk-full';
  return status === 429 || status === 503 || /timeout/i.test(words) ? 'overloaded' : 'failing';
}

/** Sentences of 1.x and 2.x, which name the cause nowhere else. */
const sentences: readonly [RegExp, RefusalCause][] = [
  [/field type conflict/, 'type-conflict'],
  [/beyond retention policy/, 'beyond-retention'],
  [/limit exceeded/, 'limit-reached'],
  [/unable to parse|invalid|out of range/, 'unholdable'],
];

/** Reads why lines were refused. */
export function readLineRefusal(status: number, words: string): LineRefusal {
  const cause = sentences.find(([pattern]) => pattern.test(words))?.[1];
  const measurement = /measurement(?:="| ")([^"]+)"/.exec(words)?.[1];
  const dropped = /dropped=(\d+)/.exec(words)?.[1];
  return {
    cause: cause ?? (status === 413 ? 'too-large' : 'other'),
    ...(measurement !== undefined && { measurement }),
    ...(dropped !== undefined && { dropped: Number(dropped) }),
  };
}
