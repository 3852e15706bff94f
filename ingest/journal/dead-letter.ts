import type { DeadLetterReason } from '#contracts/dead-letter.ts';
import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { maxMessageBytes } from '#contracts/gateway-messages.ts';
import type { GatewayTopicName } from '#contracts/topics.ts';

/** A payload or record that became a dead letter, with what could be read of it. */
export interface DeadLetter {
  reason: DeadLetterReason;
  /** Where it differs, as a JSON Pointer; `/` is the value itself. */
  path: string;
  expected: string;
  community: string;
  gateway: string;
  /** Last level of the topic it came by. */
  lane: GatewayTopicName;
  epoch?: string;
  sequence?: number;
  /** Address and kind of event, where they could be read. */
  address?: string;
  kind?: EventKind;
  /** The record, or the whole message where its records could not be separated. */
  payload: Buffer;
}

/** Bytes of a payload that are kept, so that each alarm is kept whole; its true length is kept beside them. */
export const maxKeptPayloadBytes = maxMessageBytes.alarm;

/** A dead letter raises an "unreadable alarm" at most once in this time. */
export const raiseAgainAfterMs = 86_400_000;
