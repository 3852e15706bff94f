import { afterEach, expect, test, vi } from 'vitest';
import { silentLog } from './log.ts';
import { type SupervisedWorker, superviseWorker } from './supervised-worker.ts';

let worker: SupervisedWorker<{ newest: number }>;
afterEach(() => worker.close());

const run = (script: string) => {
  const told: unknown[] = [];
  worker = superviseWorker({
    name: 'test',
    file: new URL(`data:text/javascript,${encodeURIComponent(script)}`),
    workerData: { begin: 7 },
    onMessage: (message) => told.push(message),
    now: () => 0,
    log: silentLog(),
  });
  return told;
};
const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 10_000 });

test('a worker that dies is started again with what it was started with', async () => {
  const told = run(`
    import { parentPort, threadId, workerData } from 'node:worker_threads';
    parentPort.postMessage({ ...workerData, threadId });
    parentPort.on('message', () => { throw new Error('dies'); });
  `);
  await until(() => expect(told).toHaveLength(1));
  worker.post({ newest: 1 });
  await until(() => expect(told).toHaveLength(2));
  expect(told).toMatchObject([{ begin: 7 }, { begin: 7 }]);
  expect(worker.running).toBe(true);
});

test('a worker is asked to end, and is not started again', async () => {
  const told = run(`
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage('begins');
    parentPort.on('message', (message) => {
      if (!message.close) return;
      parentPort.postMessage('ends');
      parentPort.close();
    });
  `);
  await until(() => expect(told).toEqual(['begins']));
  await worker.close();
  expect(told).toEqual(['begins', 'ends']);
  expect(worker.running).toBe(false);
});
