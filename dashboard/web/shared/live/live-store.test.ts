import { expect, test } from 'vitest';
import {
  exampleDevice,
  exampleIncident,
  exampleNow,
  exampleSnapshot,
} from '#dashboard/testing/live-examples.ts';
import { createLiveStore } from './live-store.ts';

function openStore() {
  const scheduled: (() => void)[] = [];
  const store = createLiveStore((run) => scheduled.push(run));
  const seen: string[] = [];
  store.onChange((state, before) => seen.push(`${before.sequence}→${state.sequence}`));
  store.subscribe(() => seen.push('draw'));
  const alarm = (sequence: number) =>
    store.takeUpdate({
      sequence,
      now: exampleNow,
      type: 'incident',
      incident: exampleIncident({ id: `i-${sequence}` }),
      timeline: [],
    });
  return { store, scheduled, seen, alarm };
}

test('tells every change within its own task, and draws the first of a burst at once', () => {
  const { store, seen, alarm } = openStore();
  store.takeSnapshot(exampleSnapshot());
  alarm(11);
  alarm(12);
  expect(seen).toEqual(['0→10', 'draw', '10→11', '11→12']);
});

test('an incident waits for no rest after a reading', () => {
  const { store, scheduled, seen, alarm } = openStore();
  store.takeSnapshot(exampleSnapshot());
  scheduled.shift()?.();
  const reading = (sequence: number) =>
    store.takeUpdate({
      sequence,
      now: exampleNow,
      type: 'devices',
      devices: [exampleDevice({ revision: sequence })],
    });
  reading(11);
  reading(12);
  alarm(13);
  expect(seen).toEqual(['0→10', 'draw', '10→11', 'draw', '11→12', '12→13', 'draw']);
});

test('draws the rest of a burst together after the rest', () => {
  const { store, scheduled, seen, alarm } = openStore();
  store.takeSnapshot(exampleSnapshot());
  alarm(11);
  alarm(12);
  scheduled.shift()?.();
  expect(seen.filter((line) => line === 'draw')).toHaveLength(2);
  scheduled.shift()?.();
  expect(seen.filter((line) => line === 'draw')).toHaveLength(2);
  alarm(13);
  expect(seen.at(-1)).toBe('draw');
});

test('tells nothing when nothing changed', () => {
  const { store, seen, alarm } = openStore();
  store.takeSnapshot(exampleSnapshot());
  alarm(11);
  const before = seen.length;
  alarm(11);
  store.takeMissed([]);
  expect(seen).toHaveLength(before);
});
