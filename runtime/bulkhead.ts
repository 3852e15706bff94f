/** Whose work waits. */
export interface BulkheadCaller {
  /** Index of a class; a lower one goes first. */
  rank: number;
  /** Owners of a class take turns. */
  owner: string;
}

/** Bulkhead: runs costly work a few at a time, with a bounded queue in which owners take turns. */
export interface Bulkhead {
  /**
   * Runs work when its turn comes.
   *
   * @returns Undefined where too much waits already, or it waited too long: it was not run.
   */
  run<T>(by: BulkheadCaller, work: () => Promise<T>): Promise<{ result: T } | undefined>;
}

/** Bounds of a queue. */
export interface BulkheadOptions {
  /** Work run at once, by rank: how much may run when one of this rank begins. Its length is the number of ranks. */
  concurrency: readonly number[];
  /** Work of one rank that may wait. */
  maxWaiting: number;
  /** Work of one owner within a rank that may wait. */
  maxWaitingPerOwner: number;
  /** Longest wait, in ms. */
  maxWaitMs: number;
  /** Monotonic ms. */
  now?: () => number;
}

interface Waiting {
  since: number;
  begin: (mayRun: boolean) => void;
}

/** Creates a queue: the lowest rank first, within it one of each owner in turn. */
export function createBulkhead(options: BulkheadOptions): Bulkhead {
  const { concurrency, now = () => performance.now() } = options;
  const ranks = concurrency.map(() => ({ count: 0, owners: new Map<string, Waiting[]>() }));
  let running = 0;

  const next = (rank: (typeof ranks)[number]): Waiting | undefined => {
    const [first] = rank.owners;
    if (!first) return undefined;
    const [owner, waiting] = first;
    const one = waiting.shift();
    rank.owners.delete(owner);
    if (waiting.length > 0) rank.owners.set(owner, waiting);
    rank.count -= 1;
    return one;
  };
  const beginNext = () => {
    for (const [index, rank] of ranks.entries()) {
      while (running < (concurrency[index] ?? 0)) {
        const one = next(rank);
        if (!one) break;
        const mayRun = now() - one.since <= options.maxWaitMs;
        if (mayRun) running += 1;
        one.begin(mayRun);
      }
    }
  };

  return {
    run: async ({ rank: index, owner }, work) => {
      const rank = ranks[index];
      const own = rank?.owners.get(owner) ?? [];
      if (!rank || rank.count >= options.maxWaiting || own.length >= options.maxWaitingPerOwner)
        return undefined;
      const turn = Promise.withResolvers<boolean>();
      own.push({ since: now(), begin: turn.resolve });
      rank.owners.set(owner, own);
      rank.count += 1;
      beginNext();
      if (!(await turn.promise)) return undefined;
      try {
        return { result: await work() };
      } finally {
        running -= 1;
        beginNext();
      }
    },
  };
}
