import { type Ack, schemaVersion } from '#contracts/gateway-messages.ts';
import { toTimestamp } from '#contracts/time.ts';
import { buildTopic } from '#contracts/topics.ts';
import type { TrackedStream } from '../journal/sequence-tracker.ts';
import { acksOf } from './commit-batch.ts';

/** Streams that one ack can name. */
export const maxAcks = 256;

/** Hands a message to a session; false while it is away, which the gateway's resending makes good. */
export type Publish = (topic: string, payload: string) => boolean;

/** Tells each gateway up to where its streams were accepted. */
export function acknowledge(publish: Publish, streams: Iterable<TrackedStream>, at: number): void {
  const byGateway = Map.groupBy(streams, ({ community, gateway }) =>
    buildTopic({ name: 'ack', community, gateway }),
  );
  for (const [topic, touched] of byGateway) publish(topic, ackOf(touched, at));
}

/** Writes an ack of at most 256 streams, in the given order. */
export function ackOf(streams: Iterable<TrackedStream>, at: number, answers?: Ack['answers']): string {
  const ack: Ack = {
    schemaVersion,
    at: toTimestamp(at),
    ...(answers && { answers }),
    acks: acksOf(streams).slice(0, maxAcks),
  };
  return JSON.stringify(ack);
}
