import { expect, onTestFinished, test, vi } from 'vitest';
import type { DeviceState, LiveStateReader } from '#contracts/warning-transition.ts';
import { silentLog } from '#runtime/log.ts';
import { createRoom, type LiveChange } from './room.ts';
import { startStateFeed } from './state-feed.ts';

test('devices of a community whose states cannot be read once are told all the same, and those of the others at once', async () => {
  const states = new Map<string, DeviceState[]>([
    ['c1', []],
    ['c2', []],
  ]);
  let failures = 0;
  const reader: LiveStateReader = {
    devices: (community, revision) =>
      (states.get(community) ?? []).filter((state) => state.revision > revision),
    device: () => undefined,
    gateways: (community) => {
      if (community === 'c1' && failures-- > 0) throw new Error('database is locked');
      return [];
    },
  };
  const told: string[] = [];
  const roomOf = (community: string) => ({
    ...createRoom({ community, firstSequence: 0, now: () => 0, send: () => undefined }),
    publish: (change: LiveChange) => {
      if (change.type === 'devices') told.push(...change.devices.map(({ device }) => device));
    },
  });
  const rooms = ['c1', 'c2'].map(roomOf);
  let runs = 0;
  let listenerFailures = 1;
  const heard: string[] = [];
  const feed = startStateFeed({
    reader,
    rooms: () => {
      runs += 1;
      return rooms;
    },
    onDevices: (community, devices) => {
      if (community === 'c1' && listenerFailures-- > 0) throw new Error('registry not readable');
      heard.push(...devices);
    },
    log: silentLog(),
    intervalMs: 1,
  });
  onTestFinished(() => feed.close());
  await vi.waitFor(() => expect(runs).toBeGreaterThan(1));
  failures = 1;
  for (const [community, list] of states) {
    list.push({ device: `${community}-d`, community, gateway: 'g', state: 'live', latest: {}, revision: 1 });
  }
  await vi.waitFor(() => expect(heard).toContain('c2-d'));
  await vi.waitFor(() => expect(heard).toContain('c1-d'));
  expect(told).toContain('c1-d');
});
