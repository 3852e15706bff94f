import { afterEach, beforeEach, expect, test } from 'vitest';
import { foreignStaff, manager, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { deadLetterOf } from '../../testing/test-ingest.ts';

let dashboard: TestDashboard;
let boss: string;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  boss = await dashboard.signIn(manager);
});
afterEach(() => dashboard.close());

const ask = (method: 'GET' | 'POST', url: string, body?: object, cookie = boss) =>
  dashboard.app.inject({ method, url, headers: { cookie }, ...(body && { body }) });
const put = (...deadLetters: ReturnType<typeof deadLetterOf>[]) => {
  dashboard.ingest.deadLetters.c1 = deadLetters;
};
const audited = async (action: string) =>
  dashboard.db
    .selectFrom('audit')
    .select(['person', 'object', 'outcome'])
    .where('action', '=', action as 'letter.look')
    .execute();
const device = { address: 'watch-3g:1111111111', class: 'watch', name: '新手表' };

test('the list has a cursor, filters, counts, and what the telemetry store refused', async () => {
  put(deadLetterOf(3), deadLetterOf(2, { gateway: 'gw2' }), deadLetterOf(1));
  dashboard.storeSays.refused = [{ cause: 'type-conflict', measurement: 'reading', entries: 3 }];
  const first = (await ask('GET', '/api/dead-letters?limit=2')).json();
  expect([first.deadLetters.map(({ id }: { id: number }) => id), first.next]).toEqual([[3, 2], 2]);
  expect(first.store).toMatchObject({
    notStored: 3,
    refused: [{ cause: 'type-conflict', measurement: 'reading', entries: 3 }],
  });
  const rest = (await ask('GET', '/api/dead-letters?limit=2&before=2')).json();
  expect([rest.deadLetters.length, rest.next]).toEqual([1, undefined]);
  expect((await ask('GET', '/api/dead-letters?gateway=gw2')).json().deadLetters).toHaveLength(1);
  expect((await ask('GET', '/api/dead-letters?reason=ugly')).statusCode).toBe(400);
});

test('one has its payload as text or hexadecimal digits, and a look is audited', async () => {
  const long = `${'a'.repeat(16_383)}码`;
  put(deadLetterOf(3, {}, long), deadLetterOf(2), { ...deadLetterOf(1), payload: Buffer.from([0xff, 0x00]) });
  const { payload } = (await ask('GET', '/api/dead-letters/3')).json();
  expect(payload).toEqual({ encoding: 'text', data: 'a'.repeat(16_383), shownBytes: 16_384 });
  expect((await ask('GET', '/api/dead-letters/1')).json().payload).toEqual({
    encoding: 'hex',
    data: 'ff00',
    shownBytes: 2,
  });
  expect(await audited('letter.look')).toMatchObject([
    { person: 'c1-manager', object: '3', outcome: 'done' },
    { object: '1', outcome: 'done' },
  ]);
});

test('a replay stands in the audit log before ingest is asked and with what came of it', async () => {
  put(deadLetterOf(3));
  const answer = await ask('POST', '/api/dead-letters/3/replay');
  expect(answer.json()).toEqual({ outcome: 'journalled', journalled: 1, late: true });
  const who = { community: 'c1', actor: 'c1-manager' };
  expect(dashboard.ingest.asked).toEqual([{ path: '/dead-letters/3/replay', body: who }]);
  const outcomes = (await audited('letter.replay')).map(({ outcome }) => outcome);
  expect(outcomes).toEqual(['begun', 'journalled']);
  dashboard.ingest.answerNext(200, { outcomes: { rejected: 2 }, left: 0 });
  const many = { gateway: 'gw1', reason: 'unknown-device', address: 'watch-3g:1111111111' };
  expect((await ask('POST', '/api/dead-letters/replay', many)).json().outcomes).toEqual({ rejected: 2 });
  expect(dashboard.ingest.asked.at(-1)?.body).toEqual({ ...many, ...who });
});

test('a dead letter that waits no longer is not found; ingest failing or away is told as that', async () => {
  dashboard.ingest.answerNext(404, { code: 'INGEST_DEAD_LETTER_UNKNOWN', message: 'gone' });
  expect((await ask('POST', '/api/dead-letters/9/replay')).statusCode).toBe(404);
  dashboard.ingest.answerNext(500, { code: 'INGEST_INTERNAL', message: 'x' });
  const failed = await ask('POST', '/api/dead-letters/9/replay');
  expect([failed.statusCode, failed.json().code]).toEqual([503, 'INGEST_NOT_UNDERSTOOD']);
  await dashboard.ingest.close();
  const away = await ask('POST', '/api/dead-letters/9/replay');
  expect([away.statusCode, away.json().code]).toEqual([503, 'INGEST_UNREACHABLE']);
  const outcomes = (await audited('letter.replay')).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome !== 'begun')).toEqual([
    'DASHBOARD_NOT_FOUND',
    'INGEST_NOT_UNDERSTOOD',
    'INGEST_UNREACHABLE',
  ]);
});

test('discarding asks why; the reason goes to ingest and not into the audit log', async () => {
  put(deadLetterOf(3));
  expect((await ask('POST', '/api/dead-letters/3/discard', { because: ' ' })).statusCode).toBe(400);
  dashboard.ingest.answerNext(204);
  const because = '安装时的调试报文';
  expect((await ask('POST', '/api/dead-letters/3/discard', { because })).statusCode).toBe(204);
  expect(dashboard.ingest.asked).toMatchObject([{ body: { because, actor: 'c1-manager' } }]);
  expect(JSON.stringify(await audited('letter.discard'))).not.toContain(because);
  expect(await audited('letter.discard')).toMatchObject([{ outcome: 'begun' }, { outcome: 'done' }]);
});

test('the export is one JSON value a line, over more dead letters than are read at once', async () => {
  put(...Array.from({ length: 120 }, (_, index) => deadLetterOf(120 - index, {}, `line\n${120 - index}`)));
  const answer = await ask('GET', '/api/dead-letters/export');
  expect(answer.headers['content-disposition']).toContain('dead-letters.jsonl');
  const lines = answer.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ id }) => id)).toEqual(Array.from({ length: 120 }, (_, index) => 120 - index));
  expect(lines[0].payload).toEqual({ encoding: 'text', data: 'line\n120' });
  expect(await audited('letter.export')).toMatchObject([{ person: 'c1-manager', outcome: 'done' }]);
});

test('a device is registered with what it sent, once, at a place of the community', async () => {
  put(deadLetterOf(3), deadLetterOf(2, { address: 'gb26875:060504030201/1.1.3.17', kind: 'smoke' }));
  expect((await ask('GET', '/api/dead-letters/3')).json().register).toEqual({
    addresses: ['watch-3g:1111111111'],
    class: 'watch',
    deadLetters: 1,
  });
  expect((await ask('GET', '/api/dead-letters/2')).json().register.addresses).toEqual([
    'gb26875:060504030201/1.1.3.17',
    'gb26875:060504030201',
  ]);
  const place = { building: 'c1-b3', unit: 'c1-b3u2', dwelling: 'c1-501' };
  const url = '/api/dead-letters/3/register';
  const made = await ask('POST', url, { ...device, place });
  expect(made.statusCode).toBe(200);
  const listed = (await ask('GET', '/api/devices')).json().devices;
  expect(listed).toContainEqual({
    id: made.json().device,
    class: 'watch',
    name: '新手表',
    place: '3栋2单元501',
    dwelling: 'c1-501',
    gateway: 'gw1',
  });
  expect((await ask('GET', '/api/dead-letters/3')).json().register).toBeUndefined();
  expect((await ask('POST', url, device)).json().code).toBe('DASHBOARD_DEVICE_KNOWN');
  expect((await audited('device.register')).map(({ outcome }) => outcome)).toEqual([
    'begun',
    'done',
    'begun',
    'DASHBOARD_DEVICE_KNOWN',
  ]);
});

test.each<[string, object, number, string]>([
  ['another address', { address: 'watch-3g:2222222222' }, 400, 'DASHBOARD_DEVICE_INVALID'],
  ['a class nobody knows', { class: 'toaster' }, 400, 'DASHBOARD_REQUEST_INVALID'],
  ['no name', { name: '  ' }, 400, 'DASHBOARD_REQUEST_INVALID'],
  ['a place of another community', { place: { unit: 'c2-b3u2' } }, 400, 'DASHBOARD_PLACE_UNKNOWN'],
])('a device with %s is not registered', async (_name, part, status, code) => {
  put(deadLetterOf(3));
  const answer = await ask('POST', '/api/dead-letters/3/register', { ...device, ...part });
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  expect((await ask('GET', '/api/devices')).json().devices).toHaveLength(3);
});

test('a gateway that is not registered brings no device', async () => {
  put(deadLetterOf(3, { gateway: 'gw9' }));
  const answer = await ask('POST', '/api/dead-letters/3/register', device);
  expect(answer.json().code).toBe('DASHBOARD_DEVICE_INVALID');
});

test('dead letters of another community are not there, and neither guards nor neighbours get at any', async () => {
  dashboard.ingest.deadLetters.c2 = [deadLetterOf(3)];
  for (const url of ['/api/dead-letters/3', '/api/dead-letters/3/register']) {
    const answer = await ask(
      url.endsWith('register') ? 'POST' : 'GET',
      url,
      url.endsWith('register') ? device : undefined,
    );
    expect(answer.statusCode).toBe(404);
  }
  for (const account of [staff, foreignStaff]) {
    const cookie = await dashboard.signIn(account);
    expect((await ask('GET', '/api/dead-letters', undefined, cookie)).statusCode).toBe(404);
    expect((await ask('GET', '/api/dead-letters/3', undefined, cookie)).statusCode).toBe(404);
  }
});
