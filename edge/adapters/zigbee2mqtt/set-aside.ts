import type { AdapterContext } from '../adapter.ts';
import { createThirdFailure } from '../third-failure.ts';
import type { Message, MessageIntake } from './message-intake.ts';

/**
 * Takes messages so that one that can never be taken does not stop those behind it: the third time it is set aside as
 * an unreadable alarm of its device, and acknowledged. A full outbox is no fault of a message.
 *
 * @returns Throws where the message is to be sent again.
 */
export function createSetAside(
  context: Pick<AdapterContext, 'count' | 'log'>,
  intake: Pick<MessageIntake, 'take' | 'setAside'>,
): (message: Message) => void {
  const guard = createThirdFailure(context);
  return (message) => {
    const bytes = Buffer.concat([Buffer.from(`${message.topic}\0`), message.payload]);
    guard.attempt(
      bytes,
      () => intake.take(message),
      (error) => intake.setAside(message, error),
    );
  };
}
