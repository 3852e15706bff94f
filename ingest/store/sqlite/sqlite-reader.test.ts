import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { registryOf } from '#registry/registry.ts';
import { silentLog } from '#runtime/log.ts';
import { loadSettings } from '#runtime/settings.ts';
import { storeSettings } from '../../config.ts';
import { start, storedEntry } from '../../testing/stored-entries.ts';
import { openTelemetryReader } from '../all.ts';
import { openStore } from '../open-store.ts';

test('a reader opened before its writer finds nothing, and then what the writer wrote', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-reader-'));
  const settings = loadSettings(storeSettings, { STORE_DATA_DIR: folder });
  const reader = openTelemetryReader(settings);
  const ofWatch = { community: 'c1', device: 'd1', quantity: 'heart-rate', from: start, to: start + 1000 };
  const ofCommunity = { community: 'c1', from: start, to: start + 1000 };
  const read = async () => [
    await reader.readings(ofWatch),
    await reader.buckets(ofWatch, 1000),
    await reader.eventsBetween(ofCommunity, 10),
    await reader.counts({ of: 'events', by: 'kind', ...ofCommunity }),
  ];
  expect(await read()).toEqual([[], [], [], []]);

  const registry = () => registryOf(0, new Map(), new Map());
  const { db, store } = openStore({ settings, registry, log: silentLog(), now: Date.now });
  await store.write([
    storedEntry(1, { type: 'reading', quantity: 'heart-rate', value: 72, unit: '/min' }),
    storedEntry(2, { type: 'event', kind: 'sos' }),
  ]);
  expect(await read()).toMatchObject([
    [{ value: 72 }],
    [{ mean: 72, count: 1 }],
    [{ kind: 'sos' }],
    [{ name: 'sos', count: 1 }],
  ]);
  await reader.close();
  db.close();
  rmSync(folder, { recursive: true });
});
