import type { IncidentReader, NotificationView } from '#contracts/incident.ts';
import type { Logger } from '#runtime/log.ts';
import { startWokenLoop } from '#runtime/woken-loop.ts';

/** Offers the in-app channel's messages to the pages of the people they are for. */
export interface NotificationOffers {
  /** Offers soon, at once where nothing was offered in the last moment, what these people have not taken. */
  offer(people: Iterable<string>): void;
  /** Offers at once what a person has not taken, also what was offered a moment ago: for a page just come. */
  offerAnew(person: string): void;
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
  show: (person: string, notification: NotificationView, taken: () => void) => void;
  /** Tells dispatch that a message was delivered. */
  deliver: (person: string, notification: string) => Promise<void>;
  log: Logger;
  now: () => number;
}

/** Creates the offers. */
export function createNotificationOffers(options: OfferOptions): NotificationOffers {
  const { log, now } = options;
  const offeredAt = new Map<string, number>();
  const due = new Set<string>();
  const taken = createDelivery(options);
  let lookedAt = Number.NEGATIVE_INFINITY;

  const remember = (id: string) => {
    offeredAt.delete(id);
    offeredAt.set(id, now());
    if (offeredAt.size > maxOffered) offeredAt.delete(offeredAt.keys().next().value as string);
  };
  const look = async (person: string, anew: boolean) => {
    for (const notification of await options.reader.undelivered(person)) {
      const { id } = notification;
      if (!anew && now() - (offeredAt.get(id) ?? Number.NEGATIVE_INFINITY) < answerTimeoutMs) continue;
      remember(id);
      options.show(person, notification, () => void taken(person, id));
    }
  };
  const loop = startWokenLoop({
    name: 'notification-offers',
    intervalMs: paceMs,
    log,
    run: async () => {
      const people = [...due];
      due.clear();
      for (const person of people) await look(person, false);
      return false;
    },
  });

  return {
    offer: (people) => {
      for (const person of people) due.add(person);
      if (now() - lookedAt < paceMs) return;
      lookedAt = now();
      loop.wake();
    },
    offerAnew: (person) => {
      look(person, true).catch((error) => log.error({ err: error }, 'notifications not readable'));
    },
    close: loop.close,
  };
}

function createDelivery({ deliver, log }: OfferOptions) {
  const delivering = new Set<string>();
  return async (person: string, notification: string): Promise<void> => {
    if (delivering.has(notification)) return;
    delivering.add(notification);
    try {
      await deliver(person, notification);
    } catch (error) {
      // It stays undelivered with dispatch, so it is offered again and its delivery told again.
      log.warn({ err: error, notification }, 'delivery not told');
    } finally {
      delivering.delete(notification);
    }
  };
}
