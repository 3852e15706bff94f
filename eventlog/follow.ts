import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';

/** A log as one follower reads it: its entries decoded, each with its position. */
export interface Source<Item> {
  /** Items after `position`, oldest first, at most `limit`. */
  read(position: number, limit: number): Promise<Item[]>;
  /** Position of the newest item, 0 where there is none. */
  newest(): Promise<number>;
  positionOf(item: Item): number;
}

/** What a follower does with a log. */
export interface FollowOptions<Item> {
  /** Names it in the log of the process. */
  name: string;
  source: Source<Item>;
  /** Position up to which everything was applied, as it is on disk: asked at the start and after every failure. */
  load(): number | Promise<number>;
  /**
   * Applies items and commits, in one transaction with what it made of them, the position it came to.
   *
   * @param items Everything read and not applied yet, oldest first, at most `limit`.
   * @returns The position on disk now: that of the last item, or of an earlier one where the rest is to wait.
   */
  apply(items: Item[]): number | Promise<number>;
  /** Most items that wait here. */
  limit: number;
  /** Longest time between two polls of the log, in ms; a wake brings the next poll forward. */
  intervalMs: number;
  /**
   * The log ends before what was read of it: it began anew, or is an older copy.
   *
   * @returns Where to go on reading; what it moves on disk it moves itself.
   */
  shortened(position: number, newest: number): number | Promise<number>;
  /** Asked before every poll. @returns Another position to go on from, e.g. to apply a stretch again. */
  seek?(): number | undefined | Promise<number | undefined>;
  /**
   * Told of an error of `load`, `seek`, `source`, `apply` or `onProgress`. Without it, or where it throws, the error is logged and the
   * next attempt waits for `intervalMs`; where it settles, the next attempt follows at once.
   */
  failed?(error: unknown): void | Promise<void>;
  /** Called after every successful poll. */
  onProgress?(progress: FollowProgress): void | Promise<void>;
  log: Logger;
}

/** How far a follower is. */
export interface FollowProgress {
  position: number;
  newest: number;
}

/** Reads a log from its cursor on, for as long as it runs. */
export interface Follower {
  /** Polls soon. */
  wake(): void;
  /** Position up to which everything was applied, as far as this run knows; 0 before the first poll. */
  readonly position: number;
  /** Ends after the current batch. */
  close(): Promise<void>;
}

/**
 * Follows a log: reads after the cursor, applies, and moves the cursor in the same transaction as the result. So a
 * follower that dies at any moment repeats nothing and skips nothing.
 */
export function follow<Item>(options: FollowOptions<Item>): Follower {
  const poll = createPoll(options);
  const loop = startPollLoop({
    name: options.name,
    intervalMs: options.intervalMs,
    log: options.log,
    run: poll.run,
  });
  return {
    wake: loop.wake,
    get position() {
      return poll.position;
    },
    close: loop.close,
  };
}

/** Polls one by one, without a loop: for callers that decide when to poll. */
export interface Poll {
  /** Reads and applies once. @returns True where more is waiting. */
  run(): Promise<boolean>;
  readonly position: number;
}

/** Creates the polls of a follower. */
export function createPoll<Item>(options: Omit<FollowOptions<Item>, 'name' | 'intervalMs'>): Poll {
  const { source, limit, log } = options;
  /** Undefined until it was loaded, and after a failure: a commit that failed may yet have happened. */
  let position: number | undefined;
  /** Read and not applied, oldest first. */
  let waiting: Item[] = [];
  let known = 0;

  const moveTo = (to: number) => {
    position = to;
    waiting = [];
  };
  const readNext = async (from: number): Promise<void> => {
    const newest = await source.newest();
    const readTo = waiting.length > 0 ? source.positionOf(waiting.at(-1) as Item) : from;
    if (newest < readTo) {
      log.error({ position: from, newest }, 'the log is shorter than what was read of it');
      moveTo(await options.shortened(from, newest));
    }
    const room = limit - waiting.length;
    if (room <= 0) return;
    const last = waiting.at(-1);
    waiting.push(
      ...(await source.read(last === undefined ? (position ?? from) : source.positionOf(last), room)),
    );
  };
  const pollOnce = async (): Promise<boolean> => {
    position ??= await options.load();
    const sought = await options.seek?.();
    if (sought !== undefined) moveTo(sought);
    await readNext(position);
    const isFull = waiting.length >= limit;
    if (waiting.length === 0) return false;
    const applied = await options.apply(waiting);
    position = applied;
    const left = waiting.findIndex((item) => source.positionOf(item) > applied);
    waiting = left < 0 ? [] : waiting.slice(left);
    return isFull || waiting.length > 0;
  };
  const reportProgress = async () => {
    if (position !== undefined) known = position;
    if (options.onProgress) await options.onProgress({ position: known, newest: await source.newest() });
  };

  return {
    run: async () => {
      try {
        const more = await pollOnce();
        await reportProgress();
        return more;
      } catch (error) {
        position = undefined;
        waiting = [];
        if (!options.failed) throw error;
        await options.failed(error);
        return true;
      }
    },
    get position() {
      return position ?? known;
    },
  };
}
