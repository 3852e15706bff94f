import { expect, test } from 'vitest';
import { createJournalScript, scriptRegistry } from './journal-script.fixture.ts';
import { runScript } from './run-script.fixture.ts';

const registry = scriptRegistry({}, [], ['c1', 'c2']);
const there = { community: 'c2' };

test('an SOS of one community is a warning of that one alone, though another has the very same ids', () => {
  const script = createJournalScript(registry);
  script.record('watch', { type: 'event', kind: 'sos' });
  script.record('watch', { type: 'event', kind: 'sos' }, there);
  const { lines } = runScript(script.entries, { registry });
  expect(lines.map(({ transition, community, device }) => [transition, community, device])).toEqual([
    ['raised', 'c1', 'watch'],
    ['raised', 'c2', 'watch'],
  ]);
  expect(new Set(lines.map(({ warning }) => warning)).size).toBe(2);
});

test('what one device says it is ends nothing of its namesake, and is no sign of its life', () => {
  const script = createJournalScript(registry);
  script.record('panel', { type: 'event', kind: 'smoke' });
  script.record('panel', { type: 'event', kind: 'smoke', active: false }, there);
  script.record('watch', { type: 'reading', quantity: 'battery', value: 40, unit: '%' }, there);
  const { lines, devices } = runScript(script.entries, { registry });
  expect(lines.map(({ transition, community }) => [transition, community])).toEqual([['raised', 'c1']]);
  expect(devices.get('watch')).toMatchObject({ state: 'unheard', latest: {} });
});
