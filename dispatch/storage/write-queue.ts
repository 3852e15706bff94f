/** Who waits to write: an alarm, a person who acts, or what follows from both. */
export const writers = ['alarm', 'person', 'follow-up'] as const;
export type Writer = (typeof writers)[number];

/** In so many turns each kind has the first right to at least one, and alarms to every other. */
const rights: readonly Writer[] = ['alarm', 'person', 'alarm', 'follow-up'];

/** Lets one write at a time: alarms first, and nobody starves behind them. */
export interface WriteQueue {
  /** Runs `work` when its turn comes; in the order of asking among its own kind. */
  take<T>(writer: Writer, work: () => Promise<T>): Promise<T>;
}

/** Creates the turns. */
export function createWriteQueue(): WriteQueue {
  const waiting: Record<Writer, (() => void)[]> = { alarm: [], person: [], 'follow-up': [] };
  let isTaken = false;
  let turn = 0;

  const next = () => {
    if (isTaken) return;
    const first = rights[turn % rights.length] as Writer;
    const writer = [first, ...writers].find((one) => waiting[one].length > 0);
    if (writer === undefined) return;
    turn += 1;
    isTaken = true;
    waiting[writer].shift()?.();
  };
  return {
    take: async (writer, work) => {
      await new Promise<void>((resolve) => {
        waiting[writer].push(resolve);
        next();
      });
      try {
        return await work();
      } finally {
        isTaken = false;
        next();
      }
    },
  };
}
