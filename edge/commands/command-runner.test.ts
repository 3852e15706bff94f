import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Command, exampleCommand } from '#contracts/command.ts';
import type { Clock } from '#contracts/record.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { silentLog } from '#runtime/log.ts';
import type { Actuation, ActuationResult } from '../adapters/adapter.ts';
import { createCounters } from '../counters.ts';
import { openCommandJournal } from './command-journal.ts';
import { createCommandRunner, maxCommandsInHand } from './command-runner.ts';

const issuedAt = fromTimestamp(exampleCommand.issuedAt);
const { session } = exampleCommand;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'commands-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function open(
  given: {
    folder?: string;
    ageMs?: number;
    clock?: Clock;
    actuate?: (actuation: Actuation) => Promise<ActuationResult>;
    hasAct?: boolean;
    isFull?: () => boolean;
  } = {},
) {
  const journal = openCommandJournal(join(given.folder ?? newFolder(), 'commands.db'));
  const actuations: Actuation[] = [];
  const reported: string[] = [];
  const origins = new Set<string>();
  const actuate = async (asked: Actuation): Promise<ActuationResult> => {
    actuations.push(asked);
    return given.actuate ? given.actuate(asked) : { result: 'done' };
  };
  const time = { now: issuedAt + (given.ageMs ?? 100) };
  const runner = createCommandRunner({
    journal,
    clock: {
      now: () => time.now,
      state: () => given.clock ?? { state: 'synchronized' },
      monotonic: () => time.now - issuedAt,
    },
    adapter: (protocol) =>
      protocol === 'hikvision-isapi' ? (given.hasAct === false ? {} : { actuate }) : undefined,
    accept: (observations) =>
      observations.map(({ body, origin }) => {
        if (given.isFull?.()) throw new Error('full');
        if (origins.has(origin?.key ?? '')) return 'repeat';
        origins.add(origin?.key ?? '');
        if (body.type === 'command-result')
          reported.push([body.result, body.reason].filter(Boolean).join(' '));
        return 'accepted';
      }),
    counters: createCounters(),
    log: silentLog(),
  });
  onTestFinished(async () => {
    await runner.close();
    journal.close();
  });
  return { runner, actuations, reported, time, journal };
}

test('a command is received, carried out once, and said to be done', async () => {
  const { runner, actuations, reported } = open();
  await runner.receive(exampleCommand, session);
  expect(actuations).toMatchObject([{ device: exampleCommand.device, action: 'open-door' }]);
  expect(reported).toEqual(['received', 'done']);
});

test.each<[string, Parameters<typeof open>[0], Partial<Command>, string]>([
  ['of another session', {}, { session: 'ffffffffffffffff' }, 'expired another-session'],
  ['past its age', { ageMs: exampleCommand.ttlMs + 1 }, {}, 'expired too-old'],
  ['from far in the future', { ageMs: -5001 }, {}, 'expired too-old'],
  ['before the gateway knows the time', { clock: { state: 'unknown' } }, {}, 'failed clock-unknown'],
  ['for a protocol that does not run', {}, { device: 'watch-3g:1' }, 'failed device-unknown'],
  ['for devices that take none', { hasAct: false }, {}, 'failed action-unknown'],
])('a command %s is not carried out, and says so', async (_what, given, change, said) => {
  const { runner, actuations, reported } = open(given);
  await runner.receive({ ...exampleCommand, ...change }, session);
  expect(actuations).toEqual([]);
  expect(reported).toEqual(['received', said]);
});

test('a command exactly as old as its life is carried out, and its age goes on counting', async () => {
  const { runner, actuations, time } = open({ ageMs: exampleCommand.ttlMs });
  await runner.receive(exampleCommand, session);
  expect(actuations[0]?.isTimely()).toBe(true);
  time.now += 1;
  expect(actuations[0]?.isTimely()).toBe(false);
});

test('a repeated id is not carried out again, in this life or the next', async () => {
  const folder = newFolder();
  const first = open({ folder });
  await first.runner.receive(exampleCommand, session);
  await first.runner.receive(exampleCommand, session);
  expect(first.actuations).toHaveLength(1);
  const second = open({ folder });
  second.runner.recover();
  await second.runner.receive(exampleCommand, session);
  expect(second.actuations).toEqual([]);
  expect(second.reported).toEqual([]);
});

test('an adapter that throws leaves the outcome unknown', async () => {
  const { runner, reported } = open({ actuate: () => Promise.reject(new Error('torn')) });
  await runner.receive(exampleCommand, session);
  expect(reported).toEqual(['received', 'unknown device-silent']);
});

test('more commands than fit in hand are refused and the others go on', async () => {
  const release = Promise.withResolvers<ActuationResult>();
  const { runner, actuations, reported } = open({ actuate: () => release.promise });
  const commands = Array.from({ length: maxCommandsInHand + 1 }, (_, index) => ({
    ...exampleCommand,
    id: `c-${String(index).padStart(36, '0')}`,
  }));
  const received = commands.map((command) => runner.receive(command, session));
  await received.at(-1);
  expect(reported).toContain('failed too-many');
  release.resolve({ result: 'done' });
  await Promise.all(received);
  expect(actuations).toHaveLength(maxCommandsInHand);
  expect(reported.filter((said) => said === 'done')).toHaveLength(maxCommandsInHand);
});

test('an ending that found the outbox full is told at the next start', async () => {
  const folder = newFolder();
  const first = open({ folder, isFull: () => true });
  await first.runner.receive(exampleCommand, session);
  expect(first.reported).toEqual([]);
  const second = open({ folder });
  second.runner.recover();
  expect(second.reported).toEqual(['done']);
});

test('killed between the id on disk and the outcome, it says unknown and never acts again', async () => {
  const folder = newFolder();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../testing/command-child.ts'), folder]);
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await exited;
  const { runner, actuations, reported } = open({ folder });
  runner.recover();
  expect(reported).toEqual(['unknown agent-restarted']);
  await runner.receive(exampleCommand, session);
  expect(actuations).toEqual([]);
  expect(reported).toEqual(['unknown agent-restarted']);
});

const order = {
  id: exampleCommand.id,
  device: exampleCommand.device,
  action: 'open-door' as const,
  ageMs: 100,
  ttlMs: 10_000,
};

test('an act asked for on the gateway needs no platform time, and its end is told', async () => {
  const { runner, actuations, reported } = open({ clock: { state: 'unknown' } });
  expect(await runner.receiveLocal(order)).toMatchObject({ result: 'done' });
  expect([actuations.length, reported]).toEqual([1, ['done']]);
});

test('the same local request, at once and again, is done once and answered each time', async () => {
  const acting = Promise.withResolvers<ActuationResult>();
  const { runner, actuations, reported } = open({ actuate: () => acting.promise });
  const asked = [runner.receiveLocal(order), runner.receiveLocal(order)];
  acting.resolve({ result: 'unknown', reason: 'device-silent' });
  for (const answer of [...asked, runner.receiveLocal(order)]) {
    expect(await answer).toMatchObject({ result: 'unknown', reason: 'device-silent' });
  }
  expect([actuations.length, reported]).toEqual([1, ['unknown device-silent']]);
});

test('a local act past its life is not done, nor while waiting for its device', async () => {
  const { runner, actuations, reported, time } = open({
    actuate: async ({ isTimely }) => {
      time.now += 9901;
      return isTimely() ? { result: 'done' } : { result: 'expired', reason: 'too-old' };
    },
  });
  expect(await runner.receiveLocal({ ...order, ageMs: 10_001 })).toMatchObject({ result: 'expired' });
  expect(actuations).toEqual([]);
  const later = { ...order, id: order.id.replace('0b', '0c') };
  expect(await runner.receiveLocal(later)).toMatchObject({ result: 'expired', reason: 'too-old' });
  expect(reported).toEqual(['expired too-old', 'expired too-old']);
});

test('a local request that was in hand when the agent was killed is answered as unknown', async () => {
  const folder = newFolder();
  const acting = Promise.withResolvers<ActuationResult>();
  const before = open({ folder, actuate: () => acting.promise });
  void before.runner.receiveLocal(order);
  const { runner, actuations, reported } = open({ folder });
  runner.recover();
  expect(await runner.receiveLocal(order)).toMatchObject({ result: 'unknown', reason: 'agent-restarted' });
  expect([actuations, reported]).toEqual([[], ['unknown agent-restarted']]);
  acting.resolve({ result: 'done' });
});
