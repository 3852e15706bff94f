import type { AdapterContext } from '../adapter.ts';
import { createPoisonGuard } from '../poison-guard.ts';
import type { Message, MessageIntake } from './message-intake.ts';

/**
 * Accepts messages so that a poison message does not stop those behind it: at its third failure it becomes an
 * unreadable alarm of its device and is acknowledged. A full outbox is not a failure of the message.
 *
 * @returns Throws where the message is to be sent again.
 */
export function createMessageAcceptor(
  context: Pick<AdapterContext, 'count' | 'log'>,
  intake: Pick<MessageIntake, 'accept' | 'deadLetter'>,
): (message: Message) => void {
  const guard = createPoisonGuard(context);
  return (message) => {
    const bytes = Buffer.concat([Buffer.from(`${message.topic}\0`), message.payload]);
    guard.attempt(
      bytes,
      () => intake.accept(message),
      (error) => intake.deadLetter(message, error),
    );
  };
}
