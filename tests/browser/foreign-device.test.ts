import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { switchTo, untilLive } from './chromium.ts';
import { type PageUnderTest, startPageUnderTest } from './page-under-test.ts';

let opened: PageUnderTest;
let page: Page;
const sockets: Socket[] = [];

beforeAll(async () => {
  opened = await startPageUnderTest('console', 'foreign', { EDGE_HEARTBEAT_INTERVAL_MS: '2000' });
  page = opened.page;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await opened?.stop();
});

async function call(port: number, bytes: Buffer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
}

test('a pendant that speaks JT/T 808 called at the watch port in silence: the device page says so in words', async () => {
  const { watch3gPort, gb26875Port } = opened.community.devices;
  await untilLive(page, opened.community.gateway);
  await call(watch3gPort, Buffer.from('7e0002000004304832546500b7ca7e', 'hex'));
  await call(gb26875Port, Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  const pendant = page.getByTestId('foreign-watch-3g');
  await pendant.waitFor();
  const words = await pendant.textContent();
  expect(words).toContain('设备用 JT/T 808 协议连到了手表端口，报警收不到');
  expect(words).toContain('43048325465');
  expect(await page.getByTestId('foreign-gb26875').textContent()).toContain('HTTP 协议连到了消防主机端口');
});

test.each(['zh-CN', 'en'] as const)('axe finds nothing to object to, in %s', async (language) => {
  if (language === 'en') await switchTo(page, language);
  expect(await violationsOf(page)).toEqual([]);
  await page.getByTestId('foreign-watch-3g').scrollIntoViewIfNeeded();
  const words = await page.getByTestId('foreign-watch-3g').textContent();
  if (language === 'en') expect(words).toContain('A device that speaks JT/T 808 called at the watch port');
});
