import { expect, test } from 'vitest';
import { seededRandom } from '#simulators/seeded-random.ts';
import { runKills } from './kill-run.ts';

test('500 alarms stand exactly once each while every process is killed, 24 times in all', async () => {
  const { stored, ...result } = await runKills({
    alarms: 500,
    watches: 40,
    kills: 24,
    paceMs: 3000,
    random: seededRandom(20_261_124),
  });
  expect(result).toEqual({
    offered: 500,
    answered: 500,
    // An agent that starts anew within one boot of the machine knows how long it held an alarm.
    lateJournalled: [],
    lost: [],
    doubled: [],
    kills: { broker: 4, ingest: 4, dispatch: 4, dashboard: 4, edge: 4, 'edge-hosted': 4 },
  });
  expect(stored).toHaveLength(500);
});
