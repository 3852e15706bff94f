import { beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '#contracts/command.ts';
import { exampleGatewayState } from '#contracts/gateway-messages.ts';
import { toTimestamp } from '#contracts/time.ts';
import { silentLog } from '#runtime/log.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { nextCommandState } from './command-lifecycle.ts';
import { type CommandResultEntry, followCommands } from './follow-commands.ts';
import { createGatewaySessions } from './gateway-sessions.ts';
import { commandTtlMs, issueCommand } from './issue-command.ts';

let dispatch: TestDispatch;
let published: Command[];
let lines: CommandResultEntry[];
let session: string | undefined;
let isBrokerThere: boolean;
let others: number;
let run: () => Promise<boolean>;

beforeEach(async () => {
  dispatch = await openTestDispatch();
  published = [];
  lines = [];
  session = '0123456789abcdef';
  isBrokerThere = true;
  others = 0;
  run = follow();
});

const follow = () =>
  followCommands({
    database: dispatch.database,
    results: { after: (position, limit) => lines.filter((line) => line.position > position).slice(0, limit) },
    countOther: () => {
      others += 1;
    },
    now: () => dispatch.clock.time,
    log: silentLog(),
  });

const asked = {
  actor: 'p1',
  request: 'request-1',
  community: 'c1',
  device: 'gate',
  action: 'open-door',
  reason: '访客',
} as const;

const issue = (change: object = {}) =>
  issueCommand(
    {
      database: dispatch.database,
      commandLink: {
        sessions: { find: () => session },
        publish: (_to, command) => {
          if (isBrokerThere) published.push(command);
          return isBrokerThere;
        },
      },
    },
    { ...asked, ...change },
  );

const rows = () => dispatch.database.db.selectFrom('command').selectAll().execute();

function answer(result: CommandResultEntry['result'], more: Partial<CommandResultEntry> = {}) {
  const position = lines.length + 1;
  const command = published[0]?.id ?? '';
  lines.push({ position, community: 'c1', gateway: 'gw1', command, result, ...more });
  return run();
}

test('a command is on disk with who and why before it is published, in the gateway’s session', async () => {
  const { command } = await issue();
  expect(await rows()).toMatchObject([{ id: command, actor_name: '值班员', reason: '访客', state: 'sent' }]);
  expect(published).toEqual([
    {
      schemaVersion: 1,
      id: command,
      session,
      device: 'hikvision-isapi:c0517eaabbcc/1',
      action: 'open-door',
      issuedAt: toTimestamp(dispatch.clock.time),
      ttlMs: commandTtlMs,
    },
  ]);
});

test('the same request again is answered and sends nothing', async () => {
  const first = await issue();
  expect(await issue()).toEqual(first);
  expect(published).toHaveLength(1);
});

test.each([
  ['of another community', { device: 'none' }, 'DEVICE_UNKNOWN'],
  ['that takes no such act', { device: 'watch-0' }, 'ACTION_UNKNOWN'],
  ['for what is not offered', { action: 'lock-door' }, 'ACTION_UNKNOWN'],
  ['asked by somebody who left', { actor: 'p-left' }, 'ACTOR_UNKNOWN'],
])('a device %s is refused and nothing is sent', async (_what, change, code) => {
  await expect(issue(change)).rejects.toMatchObject({ code });
  expect([published, await rows()]).toEqual([[], []]);
});

test.each([
  ['gate', ['open-door']],
  ['lock', ['lock-door', 'open-door']],
  ['siren', ['start-siren', 'stop-siren']],
])('a %s is asked for %j and nothing else', async (device, taken) => {
  const all = ['open-door', 'lock-door', 'start-siren', 'stop-siren', 'locate', 'request-state'];
  for (const action of all) {
    const asking = issue({ device, action, request: action });
    if (!taken.includes(action)) {
      await expect(asking).rejects.toMatchObject({ code: 'ACTION_UNKNOWN' });
      continue;
    }
    await asking;
    dispatch.clock.time += commandTtlMs + 1;
  }
  expect(published.map(({ action }) => action).toSorted()).toEqual(taken);
});

test('a gateway that is away is refused at once, and nothing waits for it', async () => {
  session = undefined;
  await expect(issue()).rejects.toMatchObject({ code: 'GATEWAY_OFFLINE' });
  expect([published, await rows()]).toEqual([[], []]);
});

test('a second command waits for the first’s outcome', async () => {
  await issue();
  await expect(issue({ request: 'request-2' })).rejects.toMatchObject({ code: 'COMMAND_WAITING' });
  await answer('failed', { reason: 'device-unreachable' });
  await issue({ request: 'request-2' });
  expect(published).toHaveLength(2);
});

test('a command the broker did not take expired, and says so', async () => {
  isBrokerThere = false;
  await issue();
  expect(await rows()).toMatchObject([{ state: 'expired', because: 'no-answer' }]);
});

test('what the gateway says is followed, once, over restarts', async () => {
  await issue();
  await answer('received');
  expect(await rows()).toMatchObject([{ state: 'received', version: 2 }]);
  run = follow();
  await answer('failed', { reason: 'device-unreachable' });
  expect(await rows()).toMatchObject([{ state: 'failed', because: 'device-unreachable', version: 3 }]);
  await answer('done');
  expect(await rows()).toMatchObject([{ state: 'failed', version: 3 }]);
});

test('a result from another gateway changes nothing; one that dispatch did not ask for is counted', async () => {
  await issue();
  await answer('done', { gateway: 'gw2' });
  await answer('done', { community: 'c2' });
  await answer('done', { command: `c-${'0'.repeat(36)}` });
  expect(others).toBe(1);
  expect(await rows()).toMatchObject([{ state: 'sent', version: 1 }]);
});

test.each([
  ['not heard of', false, 'expired'],
  ['received', true, 'unknown'],
] as const)(
  'a command %s in its time and 5 s more (%s) is %s, until the gateway says more',
  async (_what, isReceived, state) => {
    await issue();
    if (isReceived) await answer('received');
    dispatch.clock.time += commandTtlMs + 5000;
    await run();
    expect((await rows())[0]?.because).toBe(null);
    dispatch.clock.time += 1;
    await run();
    expect(await rows()).toMatchObject([{ state, because: 'no-answer' }]);
    await answer('done');
    expect(await rows()).toMatchObject([{ state: 'done', because: null }]);
  },
);

describe('a command', () => {
  test.each([
    ['sent', false, 'received', 'received'],
    ['sent', false, 'done', 'done'],
    ['sent', false, 'silence', 'expired'],
    ['received', false, 'received', undefined],
    ['received', false, 'unknown', 'unknown'],
    ['received', false, 'silence', 'unknown'],
    ['expired', false, 'received', 'unknown'],
    ['expired', false, 'done', 'done'],
    ['expired', false, 'silence', undefined],
    ['unknown', false, 'failed', 'failed'],
    ['expired', true, 'done', undefined],
    ['done', true, 'failed', undefined],
    ['done', true, 'received', undefined],
    ['unknown', true, 'done', undefined],
  ] as const)('that is %s (answered: %s) and hears %s becomes %s', (state, isAnswered, happening, next) => {
    expect(nextCommandState({ state, isAnswered }, happening)).toBe(next);
  });
});

describe('the session of a gateway', () => {
  const topic = 'sw/1/c1/gw1/state';
  const start = Date.UTC(2026, 10, 24);
  const open = () => {
    const clock = { now: start };
    const sessions = createGatewaySessions(() => clock.now);
    const say = (change: object, isRetained = false) => {
      const state = { ...exampleGatewayState, at: toTimestamp(clock.now), ...change };
      sessions.onState(topic, Buffer.from(JSON.stringify(state)), isRetained);
    };
    return { clock, sessions, say, find: () => sessions.find('c1', 'gw1') };
  };

  test('is known from birth to the third missed heartbeat', () => {
    const { clock, say, find } = open();
    say({});
    clock.now += 89_999;
    expect(find()).toBe(exampleGatewayState.session);
    clock.now += 1;
    expect(find()).toBeUndefined();
    say({ status: 'heartbeat' });
    expect(find()).toBe(exampleGatewayState.session);
  });

  test('ends with its own death alone', () => {
    const { say, find } = open();
    say({});
    say({ status: 'death', session: 'ffffffffffffffff' });
    expect(find()).toBe(exampleGatewayState.session);
    say({ status: 'death' });
    expect(find()).toBeUndefined();
  });

  test('a birth that the broker kept counts from when it was said', () => {
    const { say, find } = open();
    say({ at: toTimestamp(start - 90_000) }, true);
    expect(find()).toBeUndefined();
    say({ at: toTimestamp(start - 1000) }, true);
    expect(find()).toBe(exampleGatewayState.session);
  });

  test('is unknown after what is no state, and after the broker was away', () => {
    const { sessions, say, find } = open();
    sessions.onState(topic, Buffer.from(''), true);
    sessions.onState(topic, Buffer.from('{"status":"birth"}'), false);
    sessions.onState('sw/1/c1/warning/x', Buffer.from('{}'), false);
    expect(find()).toBeUndefined();
    say({});
    sessions.clear();
    expect(find()).toBeUndefined();
  });
});
