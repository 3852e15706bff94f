import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { AdapterContext, Observation } from '../adapter.ts';
import { maxDevices, maxEqualUnreadable, redeliveryMs, unreadablePaceMs } from './config.ts';
import { digestOf } from './event-identity.ts';

/** Calls a person for what cannot be read: it may have been an alarm. */
export interface UnreadableStates {
  /**
   * Every unreadable message is a record of its own. One that says the same within 60 s is marked as a possible repeat;
   * of messages with equal bytes the first ten in 60 s are kept, more are counted.
   *
   * @param what The keys and values that cannot be read, or the whole payload.
   */
  refuse(device: string, payload: Buffer, what: unknown): Observation[];
}

/** Creates the calls of one adapter. */
export function createUnreadableStates({
  now,
  count,
  log,
}: Pick<AdapterContext, 'now' | 'count' | 'log'>): UnreadableStates {
  const equal = createBoundedMap<string, { since: number; kept: number }>(maxDevices);
  const isFlood = (device: string, payload: Buffer) => {
    const key = `${device} ${digestOf(payload.toString('base64'))}`;
    const before = equal.get(key);
    const isOver = !before || Math.abs(now() - before.since) > unreadablePaceMs;
    const paced = isOver ? { since: now(), kept: 0 } : before;
    equal.set(key, { ...paced, kept: paced.kept + 1 });
    return paced.kept >= maxEqualUnreadable;
  };
  return {
    refuse: (device, payload, what) => {
      count('unreadable-states');
      if (isFlood(device, payload)) {
        count('unreadable-states-not-kept');
        return [];
      }
      log.warn({ device, bytes: payload.length }, 'state not readable where an alarm may stand');
      const near = { key: `unreadable ${digestOf(what)}`, at: now(), withinMs: redeliveryMs };
      const reason = 'expected a JSON object whose alarm keys are true or false';
      return [{ device, near, body: unreadableAlarm(reason, payload) }];
    },
  };
}

/** A call to verify what a device sent, with its first bytes. */
export function unreadableAlarm(reason: string, payload: Buffer): Observation['body'] {
  const raw = payload.subarray(0, 512).toString('hex');
  return { type: 'event', kind: 'unreadable-alarm', unreadable: { reason: reason.slice(0, 200), raw } };
}
