import { gatewayTopicNames, type Topic } from '#contracts/topics.ts';
import { createCounter, createGauge, createLabelledCounter, type Metrics } from '#runtime/health.ts';
import { type RefusalReason, refusalReasons } from './errors.ts';

type TopicName = Topic['name'];

/** What the broker counts. */
export interface BrokerMetrics {
  published(topic: TopicName, bytes: number): void;
  delivered(): void;
  refused(reason: RefusalReason): void;
  received(bytes: number): void;
  sent(bytes: number): void;
  throttled(): void;
}

/** What the broker's gauges read. */
export interface BrokerGauges {
  connections: () => { pending: number; gateways: number; services: number };
  retained: () => { count: number; bytes: number; unwritten: number };
}

const topicNames: TopicName[] = [...gatewayTopicNames, 'warning', 'metrics'];

/** Registers the broker's metrics. */
export function createBrokerMetrics(metrics: Metrics, gauges: BrokerGauges): BrokerMetrics {
  const publishes = new Map(topicNames.map((topic) => [topic, { count: 0, bytes: 0 }]));
  createLabelledCounter(metrics, 'broker_publishes_total', 'Messages accepted.', {
    label: 'topic',
    read: () => publishes.entries().map(([topic, { count }]) => [topic, count]),
  });
  createLabelledCounter(metrics, 'broker_payload_bytes_total', 'Payload accepted.', {
    label: 'topic',
    read: () => publishes.entries().map(([topic, { bytes }]) => [topic, bytes]),
  });
  const deliveries = createCounter(metrics, 'broker_deliveries_total', 'Messages handed to subscribers.');
  const refusals = createCounter(
    metrics,
    'broker_refusals_total',
    'Requests refused and connections closed.',
    ['reason'],
  );
  const received = createCounter(metrics, 'broker_received_bytes_total', 'Bytes read from clients.');
  const sent = createCounter(metrics, 'broker_sent_bytes_total', 'Bytes written to clients.');
  const throttled = createCounter(metrics, 'broker_throttled_total', 'Times a socket was read slower.');
  const { connections, retained } = gauges;
  createGauge(metrics, 'broker_pending_connections', 'Not signed in.', () => connections().pending);
  createGauge(metrics, 'broker_gateway_connections', 'Signed-in gateways.', () => connections().gateways);
  createGauge(metrics, 'broker_service_connections', 'Signed-in services.', () => connections().services);
  createGauge(metrics, 'broker_retained_messages', 'Retained messages.', () => retained().count);
  createGauge(metrics, 'broker_retained_bytes', 'Payload retained.', () => retained().bytes);
  createGauge(metrics, 'broker_retained_unwritten', 'Not yet on disk.', () => retained().unwritten);

  const byReason = new Map(refusalReasons.map((reason) => [reason, refusals.labels(reason)]));
  // Shown from the start, so that the first refusal is an increase of a counter and not a new counter.
  for (const counter of byReason.values()) counter.inc(0);
  return {
    published: (topic, bytes) => {
      const published = publishes.get(topic);
      if (!published) return;
      published.count++;
      published.bytes += bytes;
    },
    delivered: () => deliveries.inc(),
    refused: (reason) => byReason.get(reason)?.inc(),
    received: (bytes) => received.inc(bytes),
    sent: (bytes) => sent.inc(bytes),
    throttled: () => throttled.inc(),
  };
}
