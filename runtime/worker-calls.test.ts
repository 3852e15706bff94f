import { afterEach, expect, test } from 'vitest';
import { silentLog } from './log.ts';
import { startWorkerCalls, type WorkerCalls } from './worker-calls.ts';

let calls: WorkerCalls;
afterEach(() => calls.close());

const serve = new URL('./worker-calls.ts', import.meta.url);
const start = (handlers: string, limits: { maxWaiting?: number; timeoutMs?: number } = {}) => {
  const script = `
    import { serveWorkerCalls } from ${JSON.stringify(serve.href)};
    serveWorkerCalls({ ${handlers} }, async () => undefined);
  `;
  calls = startWorkerCalls({
    name: 'test',
    file: new URL(`data:text/javascript,${encodeURIComponent(script)}`),
    workerData: undefined,
    maxWaiting: limits.maxWaiting ?? 10,
    timeoutMs: limits.timeoutMs ?? 30_000,
    now: () => 0,
    log: silentLog(),
  });
};

test('answers come back to whoever asked, and a failure in its own words', async () => {
  start(`
    double: async (n) => 2 * n,
    fail: async () => { throw new Error('the disk is full'); },
  `);
  const answers = await Promise.allSettled([1, 2, 3].map((n) => calls.ask('double', n)));
  expect(answers.map((answer) => 'value' in answer && answer.value)).toEqual([2, 4, 6]);
  await expect(calls.ask('fail')).rejects.toMatchObject({
    code: 'WORKER_FAILED',
    message: 'the disk is full',
  });
  await expect(calls.ask('nobody')).rejects.toMatchObject({ code: 'WORKER_FAILED' });
});

test('a question that blocks the thread leaves the asker’s own free, and questions beyond the limit are refused', async () => {
  start(
    `block: async (ms) => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms); return 'done'; }`,
    {
      maxWaiting: 1,
    },
  );
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 1);
  const blocked = calls.ask('block', 300);
  await expect(calls.ask('block', 1)).rejects.toMatchObject({ code: 'WORKER_BUSY' });
  expect(await blocked).toBe('done');
  clearInterval(counting);
  expect(turns).toBeGreaterThan(20);
});

test('a question whose answer is late, or whose thread dies, is told so', async () => {
  start(
    `
    never: () => new Promise(() => undefined),
    die: () => process.exit(3),
  `,
    { timeoutMs: 200 },
  );
  await expect(calls.ask('never')).rejects.toMatchObject({ code: 'WORKER_LATE' });
  await calls.close();
  start(`die: () => process.exit(3)`);
  await expect(calls.ask('die')).rejects.toMatchObject({ code: 'WORKER_ENDED' });
});

test('what its asker gave up on is not read any more, so that questions behind it are answered', async () => {
  start(
    `
    ran: async () => globalThis.ran ?? 0,
    block: async () => {
      globalThis.ran = (globalThis.ran ?? 0) + 1;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    },
  `,
    { timeoutMs: 1000 },
  );
  expect(await calls.ask('ran')).toBe(0);
  const late = await Promise.allSettled([1, 2, 3].map(() => calls.ask('block')));
  expect(late.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await calls.ask('ran')).toBe(1);
});
