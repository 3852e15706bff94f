import { createHash } from 'node:crypto';
import type { AdapterContext } from '../adapter.ts';
import { createDeadLetterFile } from './dead-letter-file.ts';
import { retryMs } from './event-identity.ts';
import { salvage } from './salvage.ts';
import type { Senders } from './senders.ts';
import { addressOf } from './terminal-address.ts';

/** Calls for a person where a message cannot be read: it may have been an alarm. */
export interface UnreadableIntake {
  /** Keeps the message on the gateway and raises an alarm with what could be read. @throws as `context.accept`. */
  accept(message: Uint8Array, sender: string, expected: string): 'unreadable';
}

/** Creates the intake of what cannot be read; each message is a record of its own. */
export function createUnreadableIntake(context: AdapterContext, senders: Senders): UnreadableIntake {
  const letters = createDeadLetterFile(context.kept, context.now());

  const keep = (message: Uint8Array, letter: { sender: string; digest: string; reason: string }) => {
    try {
      letters.add({ at: context.now(), ...letter }, message);
    } catch (error) {
      // The alarm matters more than the bytes it came from.
      context.count('dead-letters-not-kept');
      context.log.error({ err: error, digest: letter.digest }, 'unreadable message not kept');
    }
  };

  return {
    accept: (message, sender, expected) => {
      const digest = createHash('sha256').update(message).digest('hex').slice(0, 16);
      const { mac, words } = salvage(message);
      context.count('unreadable-frames');
      context.log.warn({ sender, digest, expected }, 'message of a terminal cannot be read');
      context.accept([
        {
          device: addressOf(mac ?? senders.terminalBehind(sender), '1'),
          near: { key: `unreadable ${digest}`, at: context.now(), withinMs: retryMs },
          body: {
            type: 'event',
            kind: 'unreadable-alarm',
            text: `from ${sender}, kept as ${digest}: expected ${expected}${words && `; read: ${words}`}`.slice(
              0,
              256,
            ),
            // The same for every message, so that further ones of a sender stand on its open incident.
            unreadable: { reason: 'a message of this terminal cannot be read' },
          },
        },
      ]);
      keep(message, { sender, digest, reason: `expected ${expected}` });
      return 'unreadable';
    },
  };
}
