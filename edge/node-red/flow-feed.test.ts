import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import type { Observation } from '../adapters/adapter.ts';
import { createCounters } from '../counters.ts';
import { createFlowFeed } from './flow-feed.ts';

it('an observation that cannot be written is counted and its neighbours reach the flows', async () => {
  const counters = createCounters();
  const feed = createFlowFeed({ now: () => Date.UTC(2026, 10, 24), counters, log: silentLog() });
  onTestFinished(feed.close);
  const reader = new PassThrough();
  feed.attach(reader);
  const device = 'zigbee2mqtt:0x00158d0001';
  const unwritable = { device, body: { type: 'reading', value: 1n } } as unknown as Observation;
  const smoke: Observation = { device, body: { type: 'event', kind: 'smoke' } };
  feed.offer([unwritable, smoke], ['accepted', 'accepted']);
  await new Promise((resolve) => setImmediate(resolve));
  const lines = String(reader.read())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([{ type: 'alive' }, { type: 'record', body: { kind: 'smoke' } }]);
  expect(counters.values).toEqual({ 'flow-feed.uncopied': 1 });
});
