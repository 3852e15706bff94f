import { expect, test } from 'vitest';
import { createJournalScript, type JournalScript } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';

const smoke = { type: 'event', kind: 'smoke' } as const;
const over = { ...smoke, active: false } as const;
const raisedBy = (script: JournalScript) => runScript(script.entries).lines[0]?.warning ?? '';

test('smoke that its detector still says outlives its incident: a further report repeats it, its end ends it', () => {
  const script = createJournalScript();
  script.record('panel', smoke);
  const warning = raisedBy(script);
  script.incident('resolved', [warning], 'drill');
  script.record('panel', smoke);
  script.record('panel', over);
  script.record('panel', smoke);
  const { lines } = runScript(script.entries);
  expect(inShort(lines)).toEqual([
    'raised smoke red',
    'validated smoke red',
    'repeated smoke red',
    'cleared smoke red',
    'raised smoke red',
  ]);
  // That it was a drill was said of what came before; what comes now is real until somebody says otherwise.
  expect(lines.map(({ drill }) => drill)).toEqual([false, true, false, false, false]);
  expect(lines.map(({ byPeople }) => byPeople).filter(Boolean)).toEqual([]);
  expect(lines[4]?.warning).not.toBe(warning);
});

test('what an end was said of by people alone is no end that a device reported', () => {
  const script = createJournalScript();
  script.record('watch', { type: 'event', kind: 'sos' });
  script.incident('resolved', [raisedBy(script)], 'real');
  const { lines } = runScript(script.entries);
  expect(inShort(lines)).toEqual(['raised sos red', 'validated sos red', 'cleared sos red']);
  expect(lines[2]).toMatchObject({ byPeople: true });
});

test('a late report of smoke holds nothing: whether it still burns it does not say', () => {
  const script = createJournalScript();
  script.record('panel', smoke, { heldMs: 3_600_000 });
  script.incident('resolved', [raisedBy(script)], 'false');
  expect(inShort(runScript(script.entries).lines).at(-1)).toBe('cleared smoke red');
});

test('resolved, opened again and resolved once more, smoke holds until its end, however the journal is cut', () => {
  const script = createJournalScript();
  script.record('panel', smoke);
  const warning = raisedBy(script);
  for (const transition of ['acknowledged', 'resolved', 'reopened', 'acknowledged', 'resolved'])
    script.incident(transition, [warning], transition === 'resolved' ? 'false' : undefined);
  script.record('panel', over);
  const { lines } = runScript(script.entries);
  expect(inShort(lines)).toEqual([
    'raised smoke red',
    'acknowledged smoke red',
    'validated smoke red',
    'acknowledged smoke red',
    'cleared smoke red',
  ]);
  expect(runScript(script.entries, { batchEntries: 1 }).lines).toEqual(lines);
});

test('smoke that only another gateway said ends with its incident, and holds once the own gateway has said it', () => {
  const other = { gateway: 'gw1', saidByOther: true } as const;
  const script = createJournalScript();
  script.record('panel', smoke, other);
  script.incident('resolved', [raisedBy(script)], 'false');
  script.record('panel', smoke, other);
  const second = runScript(script.entries).lines.at(-1)?.warning ?? '';
  script.record('panel', smoke);
  script.incident('resolved', [second], 'false');
  script.record('panel', over);
  const { lines } = runScript(script.entries);
  expect(lines.map(({ transition, byPeople }) => transition + (byPeople ? ' by people' : ''))).toEqual([
    'raised',
    'validated',
    'cleared by people',
    'raised',
    'repeated',
    'validated',
    'cleared',
  ]);
});
