import { expect, test } from 'vitest';
import { createJournalScript, scriptRegistry } from './testing/journal-script.ts';
import { runScript } from './testing/run-script.ts';

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

test.each([1, 100])(
  'a press that only another gateway tells of is not taken for that of a namesake elsewhere, read %i at a time',
  (batchEntries) => {
    const script = createJournalScript(registry);
    const press = { type: 'event', kind: 'sos' } as const;
    script.record('watch', press, { origin: '00010000@1' });
    script.record('watch', press, { ...there, origin: '00010000@1', gateway: 'gw2', saidByOther: true });
    const { lines } = runScript(script.entries, { registry, batchEntries });
    expect(lines.map(({ transition, community }) => [transition, community])).toEqual([
      ['raised', 'c1'],
      ['raised', 'c2'],
    ]);
  },
);

test('an elder who no longer moves is missed, however much their namesake elsewhere walks', () => {
  const script = createJournalScript(registry);
  const steps = (value: number) => ({ type: 'reading', quantity: 'steps', value, unit: '{steps}' }) as const;
  script.record('watch', steps(100));
  for (let walked = 0; walked < 13; walked++) {
    script.pass(3_600_000, { heartbeats: ['gw1', 'gw2'] });
    script.record('watch', { type: 'keep-alive' });
    script.record('watch', steps(200 + walked), there);
  }
  const { lines } = runScript(script.entries, { registry });
  const inactive = lines.filter(({ kind }) => kind === 'inactivity');
  expect(inactive.map(({ transition, community }) => [transition, community])).toEqual([['raised', 'c1']]);
});
