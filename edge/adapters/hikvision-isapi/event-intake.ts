import { createHash } from 'node:crypto';
import type { AdapterContext, Observation } from '../adapter.ts';
import { createBoundedMap } from '../bounded-map.ts';
import { createKeepAlivePace } from '../keep-alive-pace.ts';
import { keepAliveIntervalMs } from './config.ts';
import { createDoorMemory } from './door-memory.ts';
import { decodeEvent, protocol } from './event-decoding.ts';
import { readTerminalEvent } from './terminal-event.ts';

/** What became of a message: taken, not taken (to be sent again), or unreadable, with what was expected. */
export type Intake = { status: 'taken' } | { status: 'full' } | { status: 'unreadable'; expected: string };

/** Shortest time between two alarms for unreadable messages of one sender, ms. */
export const unreadableIntervalMs = 600_000;
/** Most senders of unreadable messages remembered. */
const maxSenders = 1000;

/** Takes messages of terminals. */
export interface EventIntake {
  /** Reads and takes one message; an unreadable one is only reported. */
  take(message: string | object): Intake;
  /** Calls for a person, because what could not be read may have been an alarm. */
  refuse(sender: string, expected: string, body?: string): void;
}

/** Creates the intake that all requests share. */
export function createEventIntake(context: AdapterContext): EventIntake {
  const doors = createDoorMemory();
  const pace = createKeepAlivePace(context.now, keepAliveIntervalMs);
  const refused = createBoundedMap<number>(maxSenders);

  const store = (observations: Observation[]): boolean => {
    try {
      if (observations.length > 0) context.take(observations);
      return true;
    } catch (error) {
      context.count('refused-observations', observations.length);
      context.log.error({ err: error, device: observations[0]?.device }, 'observations not taken');
      return false;
    }
  };

  return {
    take: (message) => {
      const read = readTerminalEvent(message);
      if (!read.ok) return { status: 'unreadable', expected: read.expected };
      context.count('frames');
      const decoded = decodeEvent(read.event, { now: context.now(), doors });
      for (const count of decoded.counts) context.count(count);
      const keepAlives = decoded.heard.flatMap((device) => pace.due(device));
      const observations = [...decoded.observations, ...keepAlives];
      if (!store(observations)) return { status: 'full' };
      for (const { device } of observations) pace.heard(device);
      decoded.commit();
      return { status: 'taken' };
    },
    refuse: (sender, expected, body = '') => {
      context.count('unreadable-frames');
      context.log.warn({ sender, expected }, 'message of a terminal cannot be read');
      const now = context.now();
      const before = refused.get(sender);
      if (before !== undefined && Math.abs(now - before) < unreadableIntervalMs) return;
      // The message itself may hold a name or a card number and is not kept.
      const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
      const observation: Observation = {
        device: `${protocol}:unknown`,
        near: { key: `${sender} ${digest}`.slice(0, 96), at: now, withinMs: unreadableIntervalMs },
        body: {
          type: 'event',
          kind: 'unreadable-alarm',
          text: `from ${sender}`,
          unreadable: { reason: `expected ${expected}`.slice(0, 200) },
        },
      };
      if (store([observation])) refused.set(sender, now);
    },
  };
}
