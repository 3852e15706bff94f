import { expect, test } from 'vitest';
import { runNoise } from './noise/noise-run.ts';
import { type SenderName, senders } from './noise/senders.ts';

test('beside five noisy senders, each and all together, no other gateway loses an alarm and every page opens', async () => {
  const names = Object.keys(senders) as SenderName[];
  const { runs, lost, doubled } = await runNoise({
    runs: [...names.map((name) => [name]), names],
    secondsEach: 6,
  });
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
  for (const { senders: noisy, offered, unheard, pages, processes } of runs) {
    const restarts = processes.reduce((sum, process) => sum + process.restarts, 0);
    const logBytes = Math.max(...processes.map((process) => process.logBytes));
    expect(offered, noisy.join()).toBeGreaterThan(5);
    expect({ noisy, unheard, refused: pages.refused, restarts }).toEqual({
      noisy,
      unheard: 0,
      refused: [],
      restarts: 0,
    });
    expect(logBytes, noisy.join()).toBeLessThan(1_000_000);
  }
});
