import { FairQueue, type QueueLimits } from './fair-queue.ts';

/** What one turn of the event loop takes at most; what is left waits for the next one. */
export interface SchedulerLimits extends QueueLimits {
  /** Longest time of a turn, in ms. */
  turnMs: number;
  /** Most items of a turn. */
  turnItems: number;
}

/** Work of many senders, accepted fair turns; between two turns every socket of the process is read. */
export interface FairScheduler<T> {
  /** False where the sender has its share: the item is not kept. */
  add(sender: string, item: T, bytes: number): boolean;
  /** Bytes that wait. */
  readonly bytes: number;
  /** Takes all that waits, at once. */
  drain(): void;
}

/** What turns do with what they take. */
export interface SchedulerWork<T> {
  handle(item: T): void;
  /** After the last item of a turn. */
  end?(): void;
  /** Monotonic ms. */
  clock: () => number;
}

/** Creates turns that run at the end of the event loop's turn in which something came. */
export function createFairScheduler<T>(
  limits: SchedulerLimits,
  { handle, end, clock }: SchedulerWork<T>,
): FairScheduler<T> {
  const queue = new FairQueue<T>(limits);
  let scheduled: NodeJS.Immediate | undefined;

  const run = (mayGoOn: (items: number) => boolean) => {
    for (let items = 0; mayGoOn(items) && !queue.isEmpty; items++) handle(queue.take() as T);
    end?.();
  };
  const turn = () => {
    scheduled = undefined;
    const began = clock();
    run((items) => items < limits.turnItems && clock() - began <= limits.turnMs);
    if (!queue.isEmpty) schedule();
  };
  const schedule = () => {
    scheduled ??= setImmediate(turn);
  };
  return {
    add: (sender, item, bytes) => {
      const added = queue.add(sender, item, bytes);
      if (added) schedule();
      return added;
    },
    get bytes() {
      return queue.bytes;
    },
    drain: () => {
      clearImmediate(scheduled);
      scheduled = undefined;
      run(() => true);
    },
  };
}
