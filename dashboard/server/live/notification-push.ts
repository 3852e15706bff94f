import { type Delivery, type DeliveryReceipts, maxDeliveries } from '#contracts/dispatch-api.ts';
import type { IncidentReader, NotificationView } from '#contracts/incident.ts';
import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import { createRetryQueue, isLoggedAttempt } from '#runtime/retry-queue.ts';
import type { PersonOfCommunity } from '../identity/rights.ts';

/** Pushes the in-app channel's messages to the pages of the people they are for. */
export interface NotificationPush {
  /** Pushes what these people have not confirmed: at once where the last push is 250 ms old, else soon. */
  push(people: Iterable<PersonOfCommunity>): void;
  /** Pushes at once what a person has not confirmed, also what was pushed a moment ago: for a new page. */
  pushAgain(who: PersonOfCommunity): void;
  close(): Promise<void>;
}

/** A message that a page does not confirm within this time is pushed again. */
export const answerTimeoutMs = 5000;
/** In a storm messages are read no more often than this. */
const paceMs = 250;
/** Messages remembered as pushed; beyond, those pushed longest ago may be pushed once more. */
const maxPushed = 5000;

/** What the push needs. */
export interface NotificationPushOptions {
  reader: Pick<IncidentReader, 'undelivered'>;
  /** Shows a message on every page of a person; each page that shows it calls `confirm`. */
  show: (who: PersonOfCommunity, notification: NotificationView, confirm: () => void) => void;
  /** Tells dispatch which messages were delivered, at most `maxDeliveries`. */
  deliver: (deliveries: readonly Delivery[]) => Promise<DeliveryReceipts>;
  log: Logger;
  now: () => number;
}

const keyOf = ({ community, person }: PersonOfCommunity): string => `${community}/${person}`;

/** Creates the push. */
export function createNotificationPush(options: NotificationPushOptions): NotificationPush {
  const { log, now } = options;
  const pushedAt = new Map<string, number>();
  const confirm = createDeliveryReceipts(options);
  let readAt = Number.NEGATIVE_INFINITY;

  const remember = (id: string) => {
    pushedAt.delete(id);
    pushedAt.set(id, now());
    if (pushedAt.size > maxPushed) pushedAt.delete(pushedAt.keys().next().value as string);
  };
  const pushTo = async ({ community, person }: PersonOfCommunity, again: boolean) => {
    for (const notification of await options.reader.undelivered(community, person)) {
      const { id } = notification;
      if (!again && now() - (pushedAt.get(id) ?? Number.NEGATIVE_INFINITY) < answerTimeoutMs) continue;
      options.show({ community, person }, notification, () => confirm(person, id));
      remember(id);
    }
  };
  const due = createRetryQueue<{ who: PersonOfCommunity; again: boolean }>({
    work: (_key, { who, again }) => pushTo(who, again),
    merge: (before, { who, again }) => ({ who, again: before.again || again }),
    onFailure: (key, error, attempt) => {
      if (isLoggedAttempt(attempt))
        log.error({ err: error, person: key, attempt }, 'notifications not readable');
    },
  });
  const loop = startPollLoop({
    name: 'notification-push',
    intervalMs: paceMs,
    log,
    run: async () => {
      await due.run();
      return false;
    },
  });

  return {
    push: (people) => {
      for (const { community, person } of people) {
        due.add(keyOf({ community, person }), { who: { community, person }, again: false });
      }
      if (now() - readAt < paceMs) return;
      readAt = now();
      loop.wake();
    },
    pushAgain: ({ community, person }) => {
      due.add(keyOf({ community, person }), { who: { community, person }, again: true });
      loop.wake();
    },
    close: loop.close,
  };
}

/** Reports a confirmed message at once, and those confirmed meanwhile together after it. */
function createDeliveryReceipts({
  deliver,
  log,
}: NotificationPushOptions): (person: string, notification: string) => void {
  const waiting = new Map<string, Delivery>();
  let reporting: readonly Delivery[] = [];

  const report = async () => {
    while (waiting.size > 0) {
      reporting = [...waiting.values()].slice(0, maxDeliveries);
      for (const { notification } of reporting) waiting.delete(notification);
      try {
        const { unknown } = await deliver(reporting);
        if (unknown > 0) log.warn({ unknown }, 'confirmed messages that dispatch does not know');
      } catch (error) {
        // They stay undelivered at dispatch, so they are pushed and confirmed again.
        log.warn({ err: error, messages: reporting.length }, 'deliveries not reported');
      }
    }
    reporting = [];
  };
  return (person, notification) => {
    if (reporting.some((one) => one.notification === notification)) return;
    waiting.set(notification, { person, notification });
    if (reporting.length === 0) void report();
  };
}
