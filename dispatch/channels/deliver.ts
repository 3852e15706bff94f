import { setImmediate as turn } from 'node:timers/promises';
import type { Person } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';
import { createLimitedLog } from '#runtime/limited-log.ts';
import type { Logger } from '#runtime/log.ts';
import type { DispatchMetrics } from '../metrics.ts';
import type { IncidentDatabase } from '../storage/incident-database.ts';
import type { Channel } from './channel.ts';
import { notNeeded } from './notification-lifecycle.ts';
import { type Outcome, type Pending, readPending, recordResults } from './notification-store.ts';
import { createSendBudget } from './send-budget.ts';

/** Hands the messages on disk to one channel, which waits for no other. */
export interface Delivery {
  /**
   * Keeps what became of messages, and hands over what is waiting; it never waits for a provider.
   *
   * @returns True where more is waiting and there is room for it.
   */
  run(): Promise<boolean>;
  /** Ends what is in hand; messages whose end is not known stay, and are possible repeats after a restart. */
  close(): Promise<void>;
}

/** Creates the delivery of a channel. @param options `wake`: asks for a run, since something came to its end. */
export function createDelivery(options: {
  database: IncidentDatabase;
  registry: () => Registry;
  channel: Channel;
  metrics: DispatchMetrics;
  now: () => number;
  wake: () => void;
  log: Logger;
}): Delivery {
  const { database, channel, metrics, now } = options;
  const { limits } = channel;
  const log = createLimitedLog({ log: options.log });
  const budget = createSendBudget(limits.perMinute, now);
  const closing = new AbortController();
  const inHand = new Map<string, Promise<void>>();
  let ended: Outcome[] = [];

  const attempt = async (message: Pending, person: Person): Promise<Outcome | undefined> => {
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, limits.timeoutMs);
    closing.signal.addEventListener('abort', end);
    const isOver = new Promise<'over'>((resolve) =>
      ending.signal.addEventListener('abort', () => resolve('over')),
    );
    const unknown = (reason: string): Outcome | undefined => {
      if (closing.signal.aborted) return undefined;
      log.warn(reason, { notification: message.id, channel: channel.name, reason }, 'channel failed');
      return { message, isUnknown: true, result: { sent: false, retryable: true, reason } };
    };
    try {
      const address = channel.addressOf(person);
      if (address === undefined) return refused(message, 'no address');
      const result = await Promise.race([channel.send(toChannel(message, address), ending.signal), isOver]);
      return result === 'over' ? unknown('timeout') : { message, isUnknown: false, result };
    } catch (error) {
      return unknown(error instanceof Error ? `channel failed: ${error.message}` : 'channel failed');
    } finally {
      clearTimeout(timer);
      closing.signal.removeEventListener('abort', end);
    }
  };

  const handOver = async (message: Pending): Promise<void> => {
    const person = options.registry().of(message.community)?.people.get(message.person);
    let outcome: Outcome | undefined;
    if (!isNeeded(message)) outcome = refused(message, notNeeded);
    else if (person?.enabled !== 1) outcome = refused(message, 'person left');
    else outcome = await attempt(message, person);
    if (outcome) ended.push(outcome);
    else inHand.delete(message.id);
  };

  const recordEnded = async () => {
    if (ended.length === 0) return;
    const kept = ended;
    await recordResults(database, kept, limits, metrics);
    ended = ended.filter((one) => !kept.includes(one));
    for (const { message } of kept) inHand.delete(message.id);
  };

  return {
    run: async () => {
      await recordEnded();
      const room = Math.min(limits.concurrency - inHand.size, budget.left());
      if (room <= 0) return false;
      const query = { channel: channel.name, now: now(), limit: room, except: [...inHand.keys()] };
      const messages = await readPending(database, query);
      budget.spend(messages.length);
      for (const message of messages) {
        const handing = handOver(message);
        inHand.set(message.id, handing);
        void handing.finally(options.wake);
      }
      // What is there at once is kept in this run.
      await turn();
      await recordEnded();
      return messages.length === room && inHand.size < limits.concurrency && budget.left() > 0;
    },
    close: async () => {
      closing.abort();
      await Promise.all(inHand.values());
      await recordEnded();
      log.close();
    },
  };
}

/** The end of a message that is not to go out. */
function refused(message: Pending, reason: string): Outcome {
  return { message, isUnknown: false, result: { sent: false, retryable: false, reason } };
}

/**
 * An incident that was answered or re-alerted needs the message of its step no longer. An assigned person is notified until
 * they answer, while the incident is open, even if others have seen it.
 */
function isNeeded(message: Pending): boolean {
  if (message.about === 'assignment') {
    return message.state !== 'resolved' && message.assignmentState === 'assigned';
  }
  return message.state === 'new' && message.attention === message.current;
}

function toChannel(message: Pending, address: string): Parameters<Channel['send']>[0] {
  return {
    id: message.id,
    incident: message.incident,
    person: message.person,
    address,
    about: message.about,
    step: message.step,
    insistence: message.insistence,
    possibleRepeat: message.possible_repeat === 1,
    summary: { zh: message.summary_zh, en: message.summary_en },
    drill: message.drill === 1,
  };
}
