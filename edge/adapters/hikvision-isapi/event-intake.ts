import { createHash } from 'node:crypto';
import type { AdapterContext, Observation } from '../adapter.ts';
import { createKeepAliveThrottle } from '../keep-alive-throttle.ts';
import { createPoisonGuard } from '../poison-guard.ts';
import { keepAliveIntervalMs } from './config.ts';
import type { DecodedEvent } from './decoded-event.ts';
import { createDoorMemory } from './door-memory.ts';
import { decodeEvent } from './event-decoding.ts';
import { createRepeatedPosts } from './repeated-posts.ts';
import { salvage } from './salvage.ts';
import { createSenders } from './senders.ts';
import { terminalOf } from './terminal-address.ts';
import { readTerminalEvents, type TerminalEvent } from './terminal-event.ts';
import { createUnreadableIntake } from './unreadable-intake.ts';

/** What became of a message: `full` is to be sent again; `passed-over` holds no event, as far as can be seen. */
export type Intake = 'accepted' | 'full' | 'unreadable' | 'passed-over';

/** Takes messages of terminals. */
export interface EventIntake {
  /** Takes what a message says; what cannot be read becomes an alarm of its own, unless it is `passed-over`. */
  accept(message: Uint8Array, sender: string): Intake;
  /** Calls for a person, because what could not be read may have been an alarm. */
  onUnreadable(message: Uint8Array, sender: string, expected: string): 'unreadable' | 'full';
}

/** Creates the intake that all requests share. */
export function createEventIntake(context: AdapterContext): EventIntake {
  const memory = { doors: createDoorMemory(), posts: createRepeatedPosts() };
  const pace = createKeepAliveThrottle(context.now, keepAliveIntervalMs);
  const guard = createPoisonGuard(context);
  const senders = createSenders();
  const unreadable = createUnreadableIntake(context, senders);

  const store = ({ observations, seenDevices, counts, commit }: DecodedEvent) => {
    const due: Observation[] = [...observations, ...seenDevices.flatMap((device) => pace.due(device))];
    if (due.length > 0) context.accept(due);
    for (const count of counts) context.count(count);
    for (const { device } of due) pace.markSeen(device);
    commit();
  };

  const takeEvents = (events: TerminalEvent[], digest: string, sender: string) => {
    for (const read of events) {
      const isNamed = read.mac !== undefined || read.ipAddress !== undefined;
      const event = isNamed ? read : { ...read, ipAddress: senders.terminalBehind(sender) };
      store(decodeEvent(event, { ...memory, now: context.now(), digest }));
      if (isNamed) senders.markSeen(sender, terminalOf(event));
    }
  };

  /** Runs what may want of room: the terminal then sends the message again. */
  const orFull = (message: Uint8Array, work: () => Intake, deadLetter: () => Intake): Intake => {
    try {
      return guard.attempt(message, work, deadLetter);
    } catch (error) {
      context.count('refused-observations');
      context.log.error({ err: error }, 'observations not accepted');
      return 'full';
    }
  };

  const onUnreadable = (message: Uint8Array, sender: string, expected: string) => {
    const accept = () => unreadable.accept(message, sender, expected);
    return orFull(message, accept, accept) === 'full' ? 'full' : 'unreadable';
  };

  return {
    onUnreadable,
    accept: (message, sender) => {
      const { events, expected } = readTerminalEvents(message);
      if (events.length === 0 && salvage(message).words === '') return 'passed-over';
      const digest = createHash('sha256').update(message).digest('hex').slice(0, 16);
      const work = (): Intake => {
        context.count('frames');
        takeEvents(events, digest, sender);
        return 'accepted';
      };
      const asUnreadable = () => unreadable.accept(message, sender, 'an event that the gateway can store');
      const outcome = events.length === 0 ? 'accepted' : orFull(message, work, asUnreadable);
      if (outcome === 'full' || expected === undefined) return outcome;
      return onUnreadable(message, sender, expected);
    },
  };
}
