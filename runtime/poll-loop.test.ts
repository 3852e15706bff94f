import { expect, test, vi } from 'vitest';
import { silentLog } from './log.ts';
import { startPollLoop } from './poll-loop.ts';

const log = silentLog();

test('a wake during a run asks for one more run', async () => {
  const gates: PromiseWithResolvers<boolean>[] = [];
  const loop = startPollLoop({
    name: 'x',
    intervalMs: 60_000,
    log,
    run: () => {
      const gate = Promise.withResolvers<boolean>();
      gates.push(gate);
      return gate.promise;
    },
  });
  loop.wake();
  gates[0]?.resolve(false);
  await vi.waitFor(() => expect(gates).toHaveLength(2));
  gates[1]?.resolve(true);
  await vi.waitFor(() => expect(gates).toHaveLength(3));
  gates[2]?.resolve(false);
  await loop.close();
  expect(gates).toHaveLength(3);
});

test('a run that fails is tried again after the interval', async () => {
  let runs = 0;
  const loop = startPollLoop({
    name: 'x',
    intervalMs: 1,
    log,
    run: () => {
      runs += 1;
      if (runs === 1) throw new Error('not readable yet');
      return false;
    },
  });
  await vi.waitFor(() => expect(runs).toBeGreaterThan(1));
  await loop.close();
});
