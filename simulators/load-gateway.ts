import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import mqtt from 'mqtt';
import {
  type Ack,
  type GatewayState,
  schemaVersion,
  type TelemetryMessage,
} from '#contracts/gateway-messages.ts';
import { toTimestamp } from '#contracts/time.ts';
import { buildTopic } from '#contracts/topics.ts';

/** What a load gateway is told to publish. */
export interface LoadPlan {
  brokerUrl: string;
  username: string;
  password: string;
  community: string;
  gateway: string;
  /** Addresses of registered devices; readings go round them. */
  addresses: string[];
  /** Readings in one message. */
  batch: number;
  /** Readings in all. */
  total: number;
  /** Readings a second, open loop; absent: as fast as acknowledgements allow. */
  ratePerSecond?: number;
  /** Most messages that wait for ingest's acknowledgement. */
  window?: number;
  /** What is not acknowledged after so long is sent again, a window at a time, as a gateway does, in ms. */
  resendAfterMs?: number;
  /** Asked before each message: true ends publishing, and the run once all is acknowledged. */
  isOver?: () => boolean;
  /** When a reading was captured, epoch ms; the present unless given. */
  capturedAt?: (sequence: number) => number;
}

/** Addresses of watches for a load gateway to speak for, told apart from those of all others by `series` (0 to 9). */
export function loadAddresses(count: number, series: number): string[] {
  return Array.from({ length: count }, (_, index) => `watch-3g:6${series}${String(index).padStart(8, '0')}`);
}

/** What came of it. */
export interface LoadResult {
  published: number;
  acknowledged: number;
  /** From the first publish to the acknowledgement of the last reading. */
  elapsedMs: number;
}

/** A gateway's uplink without devices: publishes readings and waits until ingest acknowledged them all. */
export async function runLoadGateway(plan: LoadPlan, signal?: AbortSignal): Promise<LoadResult> {
  const topic = (name: 'ack' | 'state' | 'telemetry') =>
    buildTopic({ name, community: plan.community, gateway: plan.gateway });
  const client = await mqtt.connectAsync(plan.brokerUrl, {
    username: plan.username,
    password: plan.password,
    clean: true,
  });
  if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  const epoch = randomBytes(8).toString('hex');
  let published = 0;
  let acknowledged = 0;
  /** Messages to be sent again, by their last sequence, and when each was sent last. */
  const kept = new Map<number, { text: string; sentAt: number }>();
  let moved: () => void = () => undefined;
  client.on('message', (_topic, payload) => {
    const ack = JSON.parse(String(payload)) as Ack;
    const before = acknowledged;
    for (const entry of ack.acks)
      if (entry.epoch === epoch) acknowledged = Math.max(acknowledged, entry.sequence);
    if (acknowledged > before) {
      for (const [last] of kept) {
        if (last > acknowledged) break;
        kept.delete(last);
      }
    }
    moved();
  });
  await client.subscribeAsync(topic('ack'), { qos: 1 });
  const birth: GatewayState = {
    schemaVersion,
    status: 'birth',
    session: randomBytes(8).toString('hex'),
    at: toTimestamp(Date.now()),
    held: [],
    heartbeatIntervalMs: 600_000,
  };
  await client.publishAsync(topic('state'), JSON.stringify(birth), { qos: 1, retain: true });

  const startedAt = performance.now();
  const resending = setInterval(() => {
    const now = performance.now();
    let left = windowReadings / plan.batch;
    for (const message of kept.values()) {
      if (left === 0 || now - message.sentAt < (plan.resendAfterMs ?? 0)) break;
      client.publish(topic('telemetry'), message.text, { qos: 1 });
      message.sentAt = now;
      left -= 1;
    }
  }, 200);
  const waitForMove = () =>
    new Promise<void>((resolve) => {
      moved = resolve;
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  const windowReadings = (plan.window ?? 64) * plan.batch;
  while (published < plan.total && !signal?.aborted && !plan.isOver?.()) {
    if (plan.ratePerSecond) {
      const dueMs = (published / plan.ratePerSecond) * 1000 - (performance.now() - startedAt);
      if (dueMs > 1) await new Promise((resolve) => setTimeout(resolve, dueMs));
    } else if (published - acknowledged >= windowReadings) {
      await waitForMove();
      continue;
    }
    const message = createBatch(plan, epoch, published, Math.min(plan.batch, plan.total - published));
    published += message.records.length;
    const text = JSON.stringify(message);
    if (plan.resendAfterMs !== undefined) kept.set(published, { text, sentAt: performance.now() });
    const sent = client.publishAsync(topic('telemetry'), text, { qos: 1 });
    if (published % (plan.batch * 8) === 0) await sent;
  }
  while (acknowledged < published && !signal?.aborted) await waitForMove();
  const elapsedMs = performance.now() - startedAt;
  clearInterval(resending);
  await client.endAsync();
  return { published, acknowledged, elapsedMs };
}

function createBatch(plan: LoadPlan, epoch: string, published: number, size: number): TelemetryMessage {
  const now = Date.now();
  const records = Array.from({ length: size }, (_, index): TelemetryMessage['records'][number] => ({
    epoch,
    lane: 'telemetry',
    sequence: published + index + 1,
    device: plan.addresses[(published + index) % plan.addresses.length] as string,
    capturedAt: toTimestamp(plan.capturedAt?.(published + index + 1) ?? now),
    heldMs: 1,
    clock: { state: 'synchronized' },
    body: { type: 'reading', quantity: 'heart-rate', value: 60 + ((published + index) % 40), unit: '/min' },
  }));
  return { schemaVersion, records };
}
