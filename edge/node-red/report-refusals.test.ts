import { expect, test, vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { startRefusalReport } from './report-refusals.ts';

test('what the editor refused is told to the agent once, after the agent was away too', async () => {
  const told: number[] = [];
  let isAway = true;
  let asked = 0;
  const report = startRefusalReport({
    report: async (refused) => {
      asked += 1;
      if (isAway) throw new Error('away');
      told.push(refused);
    },
    log: silentLog(),
    intervalMs: 10,
  });
  for (let refusal = 0; refusal < 3; refusal++) report.add();
  await vi.waitFor(() => expect(asked).toBeGreaterThan(0));
  isAway = false;
  await vi.waitFor(() => expect(told).toEqual([3]));
  report.add();
  await vi.waitFor(() => expect(told).toEqual([3, 1]));
  await report.close();
});
