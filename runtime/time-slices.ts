/** Longest time work in slices keeps the thread, ms. */
const sliceMs = 4;

/** Runs work that yields now and then, and gives whatever else waits its turn after every slice of time. */
export async function runInSlices<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const until = performance.now() + sliceMs;
    do {
      const step = work.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Runs work that yields now and then in one go, where nothing else waits. */
export function runAtOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
