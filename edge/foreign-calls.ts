import { type ForeignCall, maxForeignCalls } from '#contracts/gateway-messages.ts';
import { toTimestamp } from '#contracts/time.ts';
import type { Logger } from '#runtime/log.ts';
import type { AdapterContext } from './adapters/adapter.ts';

/** A device that has not called for so long is told no more, ms. */
export const foreignCallKeptMs = 24 * 3_600_000;

/** Devices that speak another protocol than the port they called at. */
export interface ForeignCalls {
  add(adapter: string, call: Parameters<AdapterContext['foreign']>[0]): void;
  /** At most `maxForeignCalls`, as a heartbeat tells them; undefined where there is none. */
  list(): ForeignCall[] | undefined;
}

/**
 * Creates the empty list. It is logged once a device, known by what it calls itself or else by its address. Beyond
 * `maxForeignCalls` the one that called least goes: a passer-by must not push out a device that keeps calling.
 */
export function createForeignCalls({ now, log }: { now: () => number; log: Logger }): ForeignCalls {
  const calls = new Map<string, Omit<ForeignCall, 'lastAt'> & { lastAt: number }>();

  const forgetOld = () => {
    for (const [key, { lastAt }] of calls) {
      if (Math.abs(now() - lastAt) > foreignCallKeptMs) calls.delete(key);
    }
  };
  const makeRoom = () => {
    if (calls.size < maxForeignCalls) return;
    const byCalls = [...calls].sort(([, a], [, b]) => a.times - b.times || a.lastAt - b.lastAt);
    calls.delete(byCalls[0]?.[0] ?? '');
  };

  return {
    add: (adapter, { protocol, device, remote }) => {
      const key = JSON.stringify([adapter, protocol, device ?? remote]);
      const known = calls.get(key);
      if (!known) {
        forgetOld();
        makeRoom();
        // A device's number may be that of its SIM card: its end is enough to find it by.
        log.warn(
          { adapter, protocol, remote, deviceEnd: device?.slice(-4) },
          'a device speaks another protocol',
        );
      }
      calls.set(key, {
        adapter,
        protocol,
        ...(device !== undefined && { device }),
        remote,
        times: (known?.times ?? 0) + 1,
        lastAt: now(),
      });
    },
    list: () => {
      forgetOld();
      if (calls.size === 0) return undefined;
      return [...calls.values()].map((call) => ({ ...call, lastAt: toTimestamp(call.lastAt) }));
    },
  };
}
