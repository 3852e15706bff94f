import { expect, test } from 'vitest';
import { seededRandom } from '#simulators/seeded-random.ts';
import { runKills } from './kill-run.ts';

test('500 alarms stand exactly once each while every process is killed, 24 times in all', async () => {
  const { stored, lateJournalled, ...result } = await runKills({
    alarms: 500,
    watches: 40,
    kills: 24,
    paceMs: 3000,
    random: seededRandom(20_261_124),
  });
  expect(result).toEqual({
    offered: 500,
    answered: 500,
    lost: [],
    doubled: [],
    kills: { broker: 4, ingest: 4, dispatch: 4, dashboard: 4, edge: 4, 'edge-hosted': 4 },
  });
});
