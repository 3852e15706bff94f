import type { Level } from 'level';
import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { Logger } from '#runtime/log.ts';
import type { KnownNetworks } from '#runtime/pending-connections.ts';

/** Networks written to disk at most: those of the latest sign-ins. */
const maxWritten = 10_000;
/** Pause between two writes, in ms. */
const writePauseMs = 10_000;
const key = 'known-networks';

/**
 * Opens the list of networks from which somebody has signed in, kept in the broker's own store. After a restart all
 * gateways come back at once, and their networks are known at their first connection.
 *
 * The list is written when a network is new: the first one at once, further ones together 10 s later.
 *
 * @param disk The store; where absent the list is in memory only.
 */
export async function openKnownNetworks(
  disk: Level | undefined,
  { maxKnownNetworks, log }: { maxKnownNetworks: number; log: Logger },
): Promise<{ known: KnownNetworks; close: () => Promise<void> }> {
  const networks = createBoundedMap<string, true>(maxKnownNetworks);
  for (const network of await read(disk, log)) networks.set(network, true);
  let isNewUnwritten = false;
  let writing: Promise<void> | undefined;
  let pause: NodeJS.Timeout | undefined;

  const write = async () => {
    isNewUnwritten = false;
    const newest = networks.keys().take(maxWritten);
    await disk?.put(key, JSON.stringify([...newest].reverse())).catch((error: unknown) => {
      log.warn({ err: error }, 'known networks not written');
    });
  };
  const writeUnlessPausing = () => {
    if (pause !== undefined || !isNewUnwritten) return;
    writing = write();
    pause = setTimeout(() => {
      pause = undefined;
      writeUnlessPausing();
    }, writePauseMs);
  };

  return {
    known: {
      has: (network) => networks.has(network),
      add: (network) => {
        isNewUnwritten ||= !networks.has(network);
        networks.set(network, true);
        writeUnlessPausing();
      },
    },
    close: async () => {
      clearTimeout(pause);
      await writing;
      if (isNewUnwritten) await write();
    },
  };
}

async function read(disk: Level | undefined, log: Logger): Promise<string[]> {
  try {
    const kept: unknown = JSON.parse((await disk?.get(key)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((network) => typeof network === 'string') : [];
  } catch (error) {
    log.warn({ err: error }, 'known networks not readable');
    return [];
  }
}
