import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { AdapterContext } from '../adapter.ts';
import { createBodyScanner, type ScannedMessage } from './body-scanner.ts';
import { maxEventBytes } from './config.ts';
import type { EventIntake, Intake } from './event-intake.ts';

/** A body that breaks off so many times in a row may hold an alarm that never gets through. */
export const brokenBodiesLimit = 3;
/** Most senders whose broken bodies are counted. */
const maxSenders = 1000;

/** Takes the bodies of requests. */
export interface RequestBodies {
  /**
   * Takes every event of a body as it arrives, and lets pictures run off unread: neither a slow picture nor a line that
   * breaks in it delays or undoes the event before it.
   *
   * @returns False where something was not accepted, so that the terminal sends all of it again.
   */
  accept(body: AsyncIterable<Uint8Array>, sender: string): Promise<boolean>;
}

/** Creates the reader of bodies; what lies beyond `maxBodyBytes` is passed over. */
export function createRequestBodies(
  context: AdapterContext,
  intake: EventIntake,
  maxBodyBytes: number,
): RequestBodies {
  const broken = createBoundedMap<string, number>(maxSenders);

  /** Its terminal was not answered and sends it again; again and again means that it never comes through. */
  const onBroken = (head: Buffer, sender: string) => {
    context.count('broken-bodies');
    const inARow = (broken.get(sender) ?? 0) + 1;
    broken.set(sender, inARow % brokenBodiesLimit);
    if (inARow < brokenBodiesLimit) return;
    intake.onUnreadable(head, sender, `a whole body; ${brokenBodiesLimit} in a row broke off`);
  };

  return {
    accept: async (body, sender) => {
      const scanner = createBodyScanner(maxEventBytes);
      const outcomes: Intake[] = [];
      const takeAll = (messages: ScannedMessage[]) =>
        outcomes.push(
          ...messages.map(({ bytes, isWhole }) =>
            isWhole
              ? intake.accept(bytes, sender)
              : intake.onUnreadable(bytes, sender, `an event of at most ${maxEventBytes} bytes`),
          ),
        );
      let length = 0;
      try {
        for await (const chunk of body) {
          const room = Math.max(0, maxBodyBytes - length);
          length += chunk.length;
          if (room > 0) takeAll(scanner.push(Buffer.from(chunk.subarray(0, room))));
        }
      } catch (error) {
        context.log.debug({ err: error, sender }, 'body broke off');
        if (!outcomes.includes('accepted')) onBroken(scanner.head, sender);
        return !outcomes.includes('full');
      }
      broken.set(sender, 0);
      if (length > maxBodyBytes) context.count('oversize-bodies');
      takeAll(scanner.end());
      const isRead = outcomes.some((outcome) => outcome !== 'passed-over');
      if (!isRead) outcomes.push(intake.onUnreadable(scanner.head, sender, 'an event in JSON or XML'));
      return !outcomes.includes('full');
    },
  };
}
