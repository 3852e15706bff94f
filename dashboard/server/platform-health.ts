import type { PlatformHealth } from '#contracts/rest.ts';
import { type StoreHealthReader, storeHealthOf } from '#contracts/store-health.ts';

/** Looks at one neighbour: true, or a promise of it, where it answers; an error means it does not. */
export type PartProbe = () => unknown;

/** An answer is given again for this long, so that asking without signing in burdens nobody. */
const reuseMs = 2000;
/** Causes and measurements told at once, most entries first. */
const maxCauses = 50;

/** Creates a reader of which neighbours answer. */
export function createPlatformHealth(
  probes: Record<string, PartProbe>,
  store: StoreHealthReader,
  now: () => number,
): () => Promise<PlatformHealth> {
  let readAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<PlatformHealth> | undefined;

  const look = async (probe: PartProbe): Promise<'up' | 'down'> => {
    try {
      return (await probe()) === false ? 'down' : 'up';
    } catch {
      return 'down';
    }
  };
  const readStore = () => {
    try {
      return storeHealthOf(store.refused(undefined, maxCauses), store.trouble());
    } catch {
      return storeHealthOf([], { name: 'failing', since: now() });
    }
  };
  const read = async (): Promise<PlatformHealth> => {
    const parts = await Promise.all(
      Object.entries(probes).map(async ([name, probe]) => [name, await look(probe)] as const),
    );
    return {
      ok: parts.every(([, state]) => state === 'up'),
      parts: Object.fromEntries(parts),
      store: readStore(),
    };
  };
  return () => {
    if (!answer || now() - readAt >= reuseMs) {
      readAt = now();
      answer = read();
    }
    return answer;
  };
}
