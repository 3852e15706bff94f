import type { IncidentReader, NotificationView } from '#contracts/incident.ts';
import type { Logger } from '#runtime/log.ts';

/** Offers the in-app channel's messages to the pages of the people they are for. */
export interface NotificationOffers {
  /** Offers what a person has not taken; `anew` also what was offered a moment ago, for a page just come. */
  offer(person: string, anew?: boolean): Promise<void>;
}

/** A page that does not say within this time that it took a message is offered it again. */
export const answerTimeoutMs = 5000;
/** Messages remembered as offered; beyond, those offered longest ago may be offered once more. */
const maxOffered = 5000;

/** Creates the offers. */
export function createNotificationOffers(options: {
  reader: IncidentReader;
  /** Shows a message on every page of a person; `taken` is called by each page that took it. */
  show: (person: string, notification: NotificationView, taken: () => void) => void;
  /** Tells dispatch that a message was delivered. */
  deliver: (person: string, notification: string) => Promise<void>;
  log: Logger;
  now: () => number;
}): NotificationOffers {
  const offeredAt = new Map<string, number>();
  const delivering = new Set<string>();

  const taken = async (person: string, notification: string) => {
    if (delivering.has(notification)) return;
    delivering.add(notification);
    try {
      await options.deliver(person, notification);
    } catch (error) {
      // It stays undelivered with dispatch, so it is offered again and its delivery told again.
      options.log.warn({ err: error, notification }, 'delivery not told');
    } finally {
      delivering.delete(notification);
    }
  };

  const isOffered = (id: string) => options.now() - (offeredAt.get(id) ?? 0) < answerTimeoutMs;

  return {
    offer: async (person, anew = false) => {
      for (const notification of await options.reader.undelivered(person)) {
        const { id } = notification;
        if (!anew && isOffered(id)) continue;
        offeredAt.delete(id);
        offeredAt.set(id, options.now());
        if (offeredAt.size > maxOffered) offeredAt.delete(offeredAt.keys().next().value as string);
        options.show(person, notification, () => void taken(person, id));
      }
    },
  };
}
