import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { exampleGatewayState } from '#contracts/gateway-messages.ts';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { exampleMetricsMessage } from '#contracts/metrics.ts';
import { buildTopic } from '#contracts/topics.ts';
import type { Receiving } from './receiving.ts';
import {
  alarm,
  connectGateway,
  createSite,
  epoch,
  journalOf,
  receiveAt,
  startBroker,
  type TestBroker,
  type TestSite,
} from './testing/receiving.ts';

let broker: TestBroker;
let site: TestSite;
let receiving: Receiving;
let client: MqttClient;

beforeEach(async () => {
  broker = await startBroker();
  site = await createSite();
  receiving = await receiveAt(site, broker.url, { env: { INGEST_TICK_MS: '10' } });
  client = await mqtt.connectAsync(broker.url, { reconnectPeriod: 0 });
  await until(() => expect(receiving.listening).toBe(true));
});
afterEach(async () => {
  await client.endAsync(true);
  await receiving.close();
  await broker.close();
  await site.remove();
});

const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 5000 });
const ofClass = <C extends JournalEntry['class']>(name: C) =>
  journalOf(site).filter((entry): entry is Extract<JournalEntry, { class: C }> => entry.class === name);

test('what processes count is journalled once, in the commit of a tick', async () => {
  const topic = buildTopic({ name: 'metrics', process: 'dispatch' });
  await client.publishAsync(topic, JSON.stringify(exampleMetricsMessage), { qos: 1 });
  await until(() => expect(ofClass('metrics').map(({ process }) => process)).toContain('dispatch'));
  const [told, ...more] = ofClass('metrics').filter(({ process }) => process === 'dispatch');
  expect(more).toEqual([]);
  expect(told).toMatchObject({ values: exampleMetricsMessage.values });
  const before = journalOf(site).find(({ position }) => position === Number(told?.position) - 1);
  expect(before).toMatchObject({ class: 'tick', receivedAt: told?.receivedAt });
});

test('an alarm behind a flood of metrics is acknowledged, and of the flood one message is journalled', async () => {
  const gateway = await connectGateway(broker.url);
  const topic = buildTopic({ name: 'metrics', process: 'dashboard' });
  const message = JSON.stringify(exampleMetricsMessage);
  for (let count = 0; count < 2000; count++) client.publish(topic, count % 2 ? '{' : message);
  await gateway.publish('alarm', alarm(1));
  await until(() => expect(gateway.acknowledged(epoch, 'alarm')).toBe(1));
  await until(() => expect(ofClass('metrics').map(({ process }) => process)).toContain('dashboard'));
  const ticks = ofClass('tick').length;
  await until(() => expect(ofClass('tick').length).toBeGreaterThan(ticks + 1));
  expect(ofClass('metrics').filter(({ process }) => process === 'dashboard')).toHaveLength(1);
  await gateway.close();
});

test('ingest tells its own metrics by the same way', async () => {
  await until(() => expect(ofClass('metrics').map(({ process }) => process)).toContain('ingest'));
  const names = ofClass('metrics').flatMap(({ values }) => values.map(({ name }) => name));
  expect(names).toEqual(expect.arrayContaining(['ingest_journal_used_ratio', 'ingest_dead_letters']));
});

test('of what a gateway counts, the counts that charts show are journalled, and no name of its own', async () => {
  const counters = { 'telemetry-dropped': 7, 'watch-3g.frames': 9, constructor: 1 };
  const topic = buildTopic({ name: 'state', community: 'c1', gateway: 'gw1' });
  await client.publishAsync(topic, JSON.stringify({ ...exampleGatewayState, counters }), { qos: 1 });
  await until(() => expect(ofClass('gateway')).toHaveLength(1));
  expect(ofClass('gateway')[0]?.counters).toEqual({ 'telemetry-dropped': 7 });
});
