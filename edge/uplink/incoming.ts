import { Command } from '#contracts/command.ts';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import { Ack, GatewayState } from '#contracts/gateway-messages.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { parseTopic } from '#contracts/topics.ts';
import { createValidator } from '#contracts/validate.ts';

/** What ingest acknowledges: all of a stream up to and with a sequence. */
export interface Acknowledgement {
  epoch: string;
  lane: Lane;
  sequence: number;
}

/** A message that came down to the gateway. */
export type Incoming =
  | {
      type: 'ack';
      /** Platform time, epoch ms. */
      platformAt: number;
      /** The birth or heartbeat it answers. */
      answers?: { session: string; at: string };
      acks: Acknowledgement[];
    }
  | { type: 'death' | 'alive'; session: string }
  | { type: 'command'; command: Command }
  | { type: 'unreadable'; topic: string; reason: string };

const validateAck = createValidator(Ack);
const validateState = createValidator(GatewayState);
const validateCommand = createValidator(Command);

/** Reads a message by its topic; one that breaks its contract says where and how. */
export function readIncoming(topic: string, payload: Buffer): Incoming {
  const name = parseTopic(topic)?.name ?? 'topic';
  const unreadable = (reason: string): Incoming => ({ type: 'unreadable', topic: name, reason });
  let value: unknown;
  try {
    value = JSON.parse(payload.toString('utf8'));
  } catch (error) {
    return unreadable(`not JSON: ${(error as Error).message}`);
  }
  if (name === 'ack') {
    const checked = validateAck(value);
    if (!checked.ok) return unreadable(`${checked.path} ${checked.expected}`);
    const { at, answers, acks } = checked.value;
    return { type: 'ack', platformAt: fromTimestamp(at), ...(answers && { answers }), acks };
  }
  if (name === 'state') {
    const checked = validateState(value);
    if (!checked.ok) return unreadable(`${checked.path} ${checked.expected}`);
    return { type: checked.value.status === 'death' ? 'death' : 'alive', session: checked.value.session };
  }
  if (name === 'command') {
    const checked = validateCommand(value);
    if (!checked.ok) return unreadable(`${checked.path} ${checked.expected}`);
    return { type: 'command', command: checked.value };
  }
  return unreadable('not a topic of this gateway');
}
