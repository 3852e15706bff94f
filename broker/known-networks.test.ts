import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { openKnownNetworks } from './known-networks.ts';

let folder: string;
let disk: Level;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'known-networks-'));
  disk = new Level(folder);
  await disk.open();
});
afterEach(async () => {
  vi.useRealTimers();
  await disk.close();
  rmSync(folder, { recursive: true });
});

const open = (maxKnownNetworks = 100) => openKnownNetworks(disk, { maxKnownNetworks, log: silentLog() });

test('a thousand signings in are two writings, and one that was known before is none', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const put = vi.spyOn(disk, 'put');
  const { known, close } = await open(1000);
  for (let n = 0; n < 1000; n++) known.add(`198.51.${n >> 8}.${n & 255}`);
  expect(put).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(10_000);
  expect(put).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(10_000);
  known.add('198.51.3.1');
  await close();
  expect(put).toHaveBeenCalledTimes(2);
});

test('what is new at the end is written, and the longest unused is forgotten first', async () => {
  const first = await open();
  for (const network of ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.1']) first.known.add(network);
  await first.close();
  const second = await open(2);
  const known = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].filter(second.known.has);
  expect(known).toEqual(['192.0.2.1', '192.0.2.3']);
  await second.close();
});

test.each(['{', '{"a":1}', '[1,null]'])(
  'a store that holds %s knows nobody, and the next is written',
  async (text) => {
    await disk.put('known-networks', text);
    const first = await open();
    expect(first.known.has('192.0.2.1')).toBe(false);
    first.known.add('192.0.2.1');
    await first.close();
    const second = await open();
    expect(second.known.has('192.0.2.1')).toBe(true);
    await second.close();
  },
);

test('without a disk they live in memory', async () => {
  const { known, close } = await openKnownNetworks(undefined, { maxKnownNetworks: 10, log: silentLog() });
  known.add('192.0.2.1');
  expect(known.has('192.0.2.1')).toBe(true);
  await close();
});
