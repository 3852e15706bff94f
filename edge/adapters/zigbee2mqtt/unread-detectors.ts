import type { AdapterContext, Observation } from '../adapter.ts';
import type { KnownDevice } from './bridge-devices.ts';

/** Detectors whose danger nothing here can read, as the bridge's list shows them; told as they begin and end. */
export interface UnreadDetectors {
  /** Compares a list with what was told before. @throws {Error} where a change could not be taken. */
  listed(devices: Iterable<KnownDevice>, take: (observations: Observation[]) => unknown): void;
}

const keptFile = 'unread-detectors.json';

/** Opens what was told when the agent ended. */
export function openUnreadDetectors({ kept, log }: Pick<AdapterContext, 'kept' | 'log'>): UnreadDetectors {
  let told = readAddresses(kept.read(keptFile));
  return {
    listed: (devices, take) => {
      const unread = new Map(
        [...devices].filter(({ isUnread }) => isUnread).map((each) => [each.address, each]),
      );
      const begun = [...unread.values()].filter(({ address }) => !told.has(address));
      const ended = [...told].filter((address) => !unread.has(address));
      if (begun.length === 0 && ended.length === 0) return;
      take([...begun.map(begins), ...ended.map(ends)]);
      told = new Set(unread.keys());
      try {
        kept.write(keptFile, JSON.stringify([...told]));
      } catch (error) {
        log.warn({ err: error }, 'unread detectors are not kept: after a restart they are told once more');
      }
    },
  };
}

function begins({ address, model = '' }: KnownDevice): Observation {
  const code = model.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ').slice(0, 64);
  return { device: address, body: { type: 'event', kind: 'detector-unread', ...(code !== '' && { code }) } };
}

function ends(address: string): Observation {
  return { device: address, body: { type: 'event', kind: 'detector-unread', active: false } };
}

function readAddresses(text: string | undefined): ReadonlySet<string> {
  try {
    const addresses: unknown = JSON.parse(text ?? '[]');
    return new Set(Array.isArray(addresses) ? addresses.filter((each) => typeof each === 'string') : []);
  } catch {
    return new Set();
  }
}
