import { type DeliveriesTaken, type Delivery, maxDeliveriesAtOnce } from '#contracts/dispatch-api.ts';
import type { IncidentReader, NotificationView } from '#contracts/incident.ts';
import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import { createRetryQueue, isLoggedAttempt } from '#runtime/retry-queue.ts';
import type { PersonOfCommunity } from '../identity/rights.ts';

/** Offers the in-app channel's messages to the pages of the people they are for. */
export interface NotificationOffers {
  /** Offers soon, at once where nothing was offered in the last moment, what these people have not taken. */
  offer(people: Iterable<PersonOfCommunity>): void;
  /** Offers at once what a person has not taken, also what was offered a moment ago: for a page just come. */
  offerAnew(who: PersonOfCommunity): void;
  close(): Promise<void>;
}

/** A page that does not say within this time that it took a message is offered it again. */
export const answerTimeoutMs = 5000;
/** In a storm messages are looked for no more often than this. */
const paceMs = 250;
/** Messages remembered as offered; beyond, those offered longest ago may be offered once more. */
const maxOffered = 5000;

/** What offers stand on. */
export interface OfferOptions {
  reader: Pick<IncidentReader, 'undelivered'>;
  /** Shows a message on every page of a person; `taken` is called by each page that took it. */
  show: (who: PersonOfCommunity, notification: NotificationView, taken: () => void) => void;
  /** Tells dispatch which messages were delivered, at most `maxDeliveriesAtOnce`. */
  deliver: (deliveries: readonly Delivery[]) => Promise<DeliveriesTaken>;
  log: Logger;
  now: () => number;
}

const keyOf = ({ community, person }: PersonOfCommunity): string => `${community}/${person}`;

/** Creates the offers. */
export function createNotificationOffers(options: OfferOptions): NotificationOffers {
  const { log, now } = options;
  const offeredAt = new Map<string, number>();
  const taken = createTeller(options);
  let lookedAt = Number.NEGATIVE_INFINITY;

  const remember = (id: string) => {
    offeredAt.delete(id);
    offeredAt.set(id, now());
    if (offeredAt.size > maxOffered) offeredAt.delete(offeredAt.keys().next().value as string);
  };
  const look = async ({ community, person }: PersonOfCommunity, anew: boolean) => {
    for (const notification of await options.reader.undelivered(community, person)) {
      const { id } = notification;
      if (!anew && now() - (offeredAt.get(id) ?? Number.NEGATIVE_INFINITY) < answerTimeoutMs) continue;
      options.show({ community, person }, notification, () => taken(person, id));
      remember(id);
    }
  };
  const due = createRetryQueue<{ who: PersonOfCommunity; anew: boolean }>({
    work: (_key, { who, anew }) => look(who, anew),
    merge: (before, { who, anew }) => ({ who, anew: before.anew || anew }),
    onFailure: (key, error, attempt) => {
      if (isLoggedAttempt(attempt))
        log.error({ err: error, person: key, attempt }, 'notifications not readable');
    },
  });
  const loop = startPollLoop({
    name: 'notification-offers',
    intervalMs: paceMs,
    log,
    run: async () => {
      await due.run();
      return false;
    },
  });

  return {
    offer: (people) => {
      for (const { community, person } of people) {
        due.add(keyOf({ community, person }), { who: { community, person }, anew: false });
      }
      if (now() - lookedAt < paceMs) return;
      lookedAt = now();
      loop.wake();
    },
    offerAnew: ({ community, person }) => {
      due.add(keyOf({ community, person }), { who: { community, person }, anew: true });
      loop.wake();
    },
    close: loop.close,
  };
}

/** Tells of a message taken at once, and of those taken while that is told, together after it. */
function createTeller({ deliver, log }: OfferOptions): (person: string, notification: string) => void {
  const waiting = new Map<string, Delivery>();
  let telling: readonly Delivery[] = [];

  const tell = async () => {
    while (waiting.size > 0) {
      telling = [...waiting.values()].slice(0, maxDeliveriesAtOnce);
      for (const { notification } of telling) waiting.delete(notification);
      try {
        const { unknown } = await deliver(telling);
        if (unknown > 0) log.warn({ unknown }, 'messages taken that dispatch does not know');
      } catch (error) {
        // They stay undelivered with dispatch, so they are offered again and their delivery told again.
        log.warn({ err: error, messages: telling.length }, 'deliveries not told');
      }
    }
    telling = [];
  };
  return (person, notification) => {
    if (telling.some((one) => one.notification === notification)) return;
    waiting.set(notification, { person, notification });
    if (telling.length === 0) void tell();
  };
}
