import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { manager, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';

let dashboard: TestDashboard;
let opened: Socket[];
beforeEach(() => {
  opened = [];
});
afterEach(async () => {
  for (const socket of opened) socket.destroy();
  await dashboard.close();
});

/** Opens a connection from an address of loopback, which stands for a place of its own, and says something. */
async function stranger(text: string, localAddress = '127.0.0.9'): Promise<Socket> {
  const socket = connect({ port: Number(new URL(dashboard.url).port), host: '127.0.0.1', localAddress });
  opened.push(socket);
  socket.on('error', () => undefined);
  // What is not read hides that the other side has closed.
  socket.resume();
  await once(socket, 'connect');
  if (text) socket.write(text);
  return socket;
}
const crowdSays = async (text: string, crowd: number) => {
  for (let n = 0; n < crowd; n += 50) {
    await Promise.all(Array.from({ length: Math.min(50, crowd - n) }, () => stranger(text)));
  }
};
const isOpen = async () => {
  const page = await dashboard.openPage(await dashboard.signIn());
  const { snapshot } = await page.resync(0);
  return snapshot !== undefined;
};
const head = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const upgrade =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

describe('more connections of a stranger than there are pages close the live pages to nobody', () => {
  const few = { maxConnections: 400, maxAnonymousPerNetwork: 20, maxPages: 100 };
  const expectLivePages = async (mostOpen: number) => {
    expect(dashboard.live.connections).toBe(0);
    expect(await isOpen()).toBe(true);
    const stillOpen = () => opened.filter(({ destroyed }) => !destroyed).length;
    await vi.waitFor(() => expect(stillOpen()).toBeLessThanOrEqual(mostOpen), 10_000);
  };
  const upgrading = head('/live/?EIO=4&transport=websocket', upgrade);

  test.each([
    ['that say nothing', ''],
    ['that stop within their head', 'GET /live/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n'],
    ['that poll', head('/live/?EIO=4&transport=polling')],
    ['that upgrade to a WebSocket', upgrading],
    ['that upgrade to nothing of ours', head('/elsewhere', upgrade)],
    ['that ask for a page and stay', head('/api/health')],
  ])('%s', async (_name, text) => {
    dashboard = await startTestDashboard(few);
    await crowdSays(text, few.maxPages + 1);
    await expectLivePages(few.maxAnonymousPerNetwork);
  });

  test('that upgrade to a WebSocket, of as many places as there are by default', async () => {
    dashboard = await startTestDashboard();
    await crowdSays(upgrading, 1001);
    await expectLivePages(200);
  });

  test('with forged cookies, as socket.io pages', async () => {
    dashboard = await startTestDashboard(few);
    const pages = Array.from({ length: few.maxPages + 1 }, () =>
      io(dashboard.url, {
        path: '/live',
        transports: ['polling', 'websocket'],
        tryAllTransports: true,
        reconnection: false,
        forceNew: true,
        extraHeaders: { cookie: 'shouwang-session=forged.signature' },
      }),
    );
    await Promise.all(pages.map((page) => once(page as never, 'connect_error')));
    expect(await isOpen()).toBe(true);
    for (const page of pages) page.close();
  });
});

test('one place keeps no more connections than its share, the oldest goes first, and the signed-in stay', async () => {
  dashboard = await startTestDashboard({ maxAnonymousPerNetwork: 20 });
  const cookie = await dashboard.signIn();
  const page = await dashboard.openPage(cookie);
  const first = await stranger('');
  const cut = once(first, 'close');
  for (let n = 0; n < 20; n++) await stranger('');
  await cut;
  expect(opened.slice(1).some(({ destroyed }) => destroyed)).toBe(false);
  expect((await page.resync(0)).snapshot).toBeDefined();
});

test('where all room is taken, the most crowded network makes room, and whoever signed in keeps theirs', async () => {
  dashboard = await startTestDashboard({ maxConnections: 100, maxAnonymousPerNetwork: 90 });
  const page = await dashboard.openPage(await dashboard.signIn());
  for (let n = 0; n < 90; n++) await stranger('', '127.0.0.9');
  const few = [await stranger('', '127.0.0.10'), await stranger('', '127.0.0.11')];
  for (let n = 0; n < 30; n++) await stranger('', `127.0.1.${n}`);
  const other = await dashboard.openPage(await dashboard.signIn(manager));
  expect((await other.resync(0)).snapshot).toBeDefined();
  expect((await page.resync(0)).snapshot).toBeDefined();
  expect(few.map(({ destroyed }) => destroyed)).toEqual([false, false]);
});

test('a session has only so many pages, by polling too, and the refusal is counted', async () => {
  dashboard = await startTestDashboard({ maxPagesPerSession: 3 });
  const cookie = await dashboard.signIn();
  const handshake = () => fetch(`${dashboard.url}/live/?EIO=4&transport=polling`, { headers: { cookie } });
  for (let n = 0; n < 3; n++) expect((await handshake()).status).toBe(200);
  const refused = await handshake();
  expect([refused.status, await refused.json()]).toMatchObject([403, { message: 'DASHBOARD_PAGES_FULL' }]);
  expect(await dashboard.refused('DASHBOARD_PAGES_FULL')).toBe(1);
  await expect(dashboard.openPage(await dashboard.signIn(staff))).resolves.toBeDefined();
});

test('a connection that never finishes its head is closed', async () => {
  dashboard = await startTestDashboard();
  const { server } = dashboard.app;
  expect(server.headersTimeout).toBe(10_000);
  server.headersTimeout = 500;
  const silent = await stranger('');
  const slow = await stranger('GET / HTTP/1.1\r\nHost: x\r\n');
  await Promise.all([once(silent, 'close'), once(slow, 'close')]);
}, 30_000);

test('a connection reset while its session is looked up ends nothing', async () => {
  dashboard = await startTestDashboard();
  const cookie = await dashboard.signIn();
  for (let n = 0; n < 50; n++) {
    const socket = await stranger(
      head('/live/?EIO=4&transport=websocket', `${upgrade}Cookie: ${cookie}\r\n`),
    );
    socket.resetAndDestroy();
  }
  expect(await isOpen()).toBe(true);
});
