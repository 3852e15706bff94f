import { expect, test } from 'vitest';
import { createJournalScript } from '../testing/journal-script.ts';
import { runScript } from '../testing/run-script.ts';
import { aloneForMs } from './gateway-twin.ts';

const [a, b, c] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc'] as const;

/** Births one after another, five seconds apart, of the starts named. */
function born(...epochs: string[]) {
  const script = createJournalScript();
  for (const epoch of epochs) {
    script.pass(5000);
    script.gateway('gw1', 'birth', [], epoch);
  }
  return script;
}
const twins = (entries: Parameters<typeof runScript>[0]) =>
  runScript(entries).lines.filter(({ kind }) => kind === 'gateway-twin');

test('two agents with one identity are named as such as soon as the first comes back after the second', () => {
  expect(twins(born(a, b).entries)).toEqual([]);
  const script = born(a, b, a, b, a, b);
  const lines = twins(script.entries);
  expect(lines).toMatchObject([
    {
      transition: 'raised',
      level: 'orange',
      lifeSafety: false,
      gateway: 'gw1',
      at: script.entries[0]!.receivedAt - 1000 + 15_000,
    },
  ]);
  expect(lines[0]?.evidence.zh).toContain('两台设备以网关');
  expect(lines[0]?.evidence.en).toContain('Two agents take turns as gateway');
});

test.each([
  { what: 'an agent that starts anew again and again', epochs: [a, b, c] },
  { what: 'a line that comes and goes', epochs: [a, a, a, a] },
])('$what is one agent', ({ epochs }) => {
  expect(twins(born(...epochs).entries)).toEqual([]);
});

test('it is over once one agent alone was heard for ten minutes, and raised anew when the other comes back', () => {
  const script = born(a, b, a);
  const alone = () => {
    for (let passed = 0; passed < aloneForMs; passed += 30_000) {
      script.pass(30_000);
      script.gateway('gw1', 'heartbeat', [], a);
    }
  };
  alone();
  expect(twins(script.entries).map(({ transition }) => transition)).toEqual(['raised', 'cleared']);
  script.gateway('gw1', 'birth', [], b);
  expect(twins(script.entries).map(({ transition }) => transition)).toEqual(['raised', 'cleared', 'raised']);
});

test('while they still take turns it is not over', () => {
  const script = born(a, b, a);
  for (let passed = 0; passed < 2 * aloneForMs; passed += 60_000) {
    for (const epoch of [b, a]) {
      script.pass(30_000);
      script.gateway('gw1', 'birth', [], epoch);
    }
  }
  expect(twins(script.entries).map(({ transition }) => transition)).toEqual(['raised']);
});

test('an alarm under the identity of another alarm tells of two agents too, and sounds as itself', () => {
  const script = createJournalScript();
  script.record('watch', { type: 'event', kind: 'sos' });
  script.record('watch', { type: 'event', kind: 'fall' }, { saidEpoch: a, epoch: c });
  const { lines } = runScript(script.entries);
  expect(lines.map(({ kind, transition }) => [kind, transition])).toEqual([
    ['sos', 'raised'],
    ['fall', 'raised'],
    ['gateway-twin', 'raised'],
  ]);
});
