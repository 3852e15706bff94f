import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { describeLogNotify } from '../describe-log-notify.ts';
import { listenTo, openNotifier } from './socket-notify.ts';

function logFile(...folders: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, ...folders, 'log.db');
}

describeLogNotify(() => {
  const file = logFile();
  return {
    openNotifier: () => openNotifier(file, silentLog()),
    listen: (onNotify) => listenTo(file, onNotify, { retryMs: 5 }),
  };
});

test('a path too long for a socket has its socket elsewhere, and nothing of it is left', async () => {
  const file = join(logFile(), 'a-folder-of-a-long-name'.repeat(5), 'log.db');
  const notifier = await openNotifier(file, silentLog());
  const heard = vi.fn();
  const listener = listenTo(file, heard);
  await vi.waitFor(() => expect(heard).toHaveBeenCalled());
  listener.close();
  await notifier.close();
});

test('a folder that takes no socket is told once, and notifying does nothing', async () => {
  const log = silentLog();
  const warn = vi.spyOn(log, 'warn');
  const notifier = await openNotifier(logFile('no', 'such', 'folder'), log);
  expect(warn).toHaveBeenCalledOnce();
  notifier.notify();
  await notifier.close();
});

test('the socket of a writer that was killed does not stand in the way of the next', async () => {
  const file = logFile();
  const killed = await openNotifier(file, silentLog());
  const next = await openNotifier(file, silentLog());
  const heard = vi.fn();
  const listener = listenTo(file, heard);
  await vi.waitFor(() => expect(heard).toHaveBeenCalled());
  listener.close();
  await killed.close();
  await next.close();
  expect(existsSync(`${file}.notify`)).toBe(false);
});
