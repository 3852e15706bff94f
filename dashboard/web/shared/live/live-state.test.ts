import { describe, expect, test } from 'vitest';
import type { LiveUpdate } from '#contracts/socket-events.ts';
import {
  exampleDevice,
  exampleGateEvent,
  exampleIncident,
  exampleNow,
  exampleSnapshot,
} from '#dashboard/testing/live-examples.ts';
import {
  applyMissed,
  applyUpdate,
  emptyLiveState,
  fromSnapshot,
  maxGateEvents,
  maxResolved,
  unsynced,
} from './live-state.ts';

const following = fromSnapshot(exampleSnapshot());
const incidentAt = (sequence: number, change: Parameters<typeof exampleIncident>[0] = {}): LiveUpdate => ({
  sequence,
  now: exampleNow,
  type: 'incident',
  incident: exampleIncident(change),
  timeline: [],
});
const { id } = exampleIncident();

describe('following', () => {
  test('applies the next update and moves on by one', () => {
    const state = applyUpdate(following, incidentAt(11));
    expect(state).toMatchObject({ phase: 'following', sequence: 11 });
    expect(state.incidents.get(id)?.state).toBe('new');
  });

  test('leaves the very same state on a repeated update', () => {
    const state = applyUpdate(following, incidentAt(11));
    expect(applyUpdate(state, incidentAt(11, { version: 9, state: 'resolved' }))).toBe(state);
  });

  test('shows an alarm that comes over a gap at once and says it is behind', () => {
    const state = applyUpdate(following, incidentAt(13));
    expect(state).toMatchObject({ phase: 'behind', sequence: 10 });
    expect(state.incidents.has(id)).toBe(true);
  });

  test('is whole again when the missed updates come, whose older contents do not win', () => {
    const behind = applyUpdate(following, incidentAt(13, { version: 3, state: 'acknowledged' }));
    const state = applyMissed(behind, [
      incidentAt(11, { version: 1 }),
      incidentAt(12, { version: 2 }),
      incidentAt(13, { version: 3, state: 'acknowledged' }),
    ]);
    expect(state).toMatchObject({ phase: 'following', sequence: 13 });
    expect(state.incidents.get(id)?.state).toBe('acknowledged');
  });

  test('stays behind when the answer to a resync has a gap itself', () => {
    const behind = applyUpdate(following, incidentAt(14));
    expect(applyMissed(behind, [incidentAt(11), incidentAt(13)])).toMatchObject({
      phase: 'behind',
      sequence: 11,
    });
  });

  test('does not draw anew when a heartbeat finds nothing missed', () => {
    expect(applyMissed(following, [])).toBe(following);
  });
});

describe('a new connection', () => {
  test('keeps showing what was known, and shows an alarm before the snapshot has come', () => {
    const again = unsynced(applyUpdate(following, incidentAt(11)));
    const other = 'i-00000000-0000-4000-8000-000000000002';
    const state = applyUpdate(again, incidentAt(2, { id: other }));
    expect(state).toMatchObject({ phase: 'unsynced', sequence: 0 });
    expect([...state.incidents.keys()]).toEqual([id, other]);
  });

  test('forgets with the snapshot what the platform no longer has', () => {
    const state = fromSnapshot(exampleSnapshot({ sequence: 3, incidents: [] }));
    expect(state.incidents.size).toBe(0);
    expect(state.sequence).toBe(3);
  });

  test('takes no answer of missed updates for a snapshot', () => {
    expect(applyMissed(emptyLiveState, [incidentAt(1)])).toBe(emptyLiveState);
  });
});

describe('devices, gateways and gates', () => {
  test('keeps the newer revision of a device', () => {
    const newer = exampleDevice({ revision: 5, state: 'stale' });
    const state = applyUpdate(fromSnapshot(exampleSnapshot({ devices: [newer] })), {
      sequence: 11,
      now: exampleNow,
      type: 'devices',
      devices: [exampleDevice({ revision: 4 }), exampleDevice({ device: 'watch-2' })],
    });
    expect(state.devices.get('watch-1')).toBe(newer);
    expect(state.devices.size).toBe(2);
  });

  test('replaces the state of a gateway', () => {
    const gateway = { community: 'demo', gateway: 'gw-1', state: 'stale' as const };
    const state = applyUpdate(following, {
      sequence: 11,
      now: exampleNow,
      type: 'gateways',
      gateways: [gateway],
    });
    expect([...state.gateways.values()]).toEqual([gateway]);
  });

  test('lists passages newest first, each once, and no more than the limit', () => {
    const many = Array.from({ length: maxGateEvents }, (_, index) =>
      exampleGateEvent({ position: index + 1 }),
    );
    const state = applyUpdate(fromSnapshot(exampleSnapshot({ gateEvents: many })), {
      sequence: 11,
      now: exampleNow,
      type: 'gate-events',
      gateEvents: [exampleGateEvent({ position: maxGateEvents }), exampleGateEvent({ position: 9000 })],
    });
    const positions = state.gateEvents.map((event) => event.position);
    expect(positions).toHaveLength(maxGateEvents);
    expect(positions.slice(0, 2)).toEqual([9000, maxGateEvents]);
    expect(positions.at(-1)).toBe(2);
  });
});

test('lets the longest resolved incidents go, and never an open one', () => {
  const resolved = Array.from({ length: maxResolved }, (_, index) =>
    exampleIncident({ id: `i-r${index}`, state: 'resolved', resolvedAt: exampleNow + index }),
  );
  const start = fromSnapshot(exampleSnapshot({ incidents: [exampleIncident(), ...resolved] }));
  const one = { id: 'i-last', state: 'resolved' as const, resolvedAt: exampleNow + maxResolved };
  const state = applyUpdate(start, incidentAt(11, one));
  expect(state.incidents.size).toBe(maxResolved + 1);
  expect(state.incidents.has(id)).toBe(true);
  expect(state.incidents.has('i-r0')).toBe(false);
  expect(state.incidents.has('i-last')).toBe(true);
});
