import { expect, test } from 'vitest';
import { seededRandom } from '#simulators/seeded-random.ts';
import { runGatewayKills } from './gateway-kill-run.ts';

test('alarms of all five protocols stand exactly once each while both agents are killed, 10 times in all', async () => {
  const { bySource, stored, ...result } = await runGatewayKills({
    kills: 5,
    alarms: 30,
    paceMs: 300,
    longestLifeMs: 2500,
    random: seededRandom(Number(process.env.FAULT_SEED ?? 20_261_126)),
  });
  expect(result).toEqual({
    offered: result.offered,
    answered: result.offered,
    // An agent that starts anew within one boot of the machine knows how long it held an alarm.
    lateJournalled: [],
    lost: [],
    doubled: [],
    kills: { edge: 5, 'edge-hosted': 5 },
  });
  expect(stored).toHaveLength(result.offered);
  expect(Object.keys(bySource).toSorted()).toEqual([
    'gb26875',
    'hikvision-isapi',
    'http',
    'watch-3g',
    'zigbee2mqtt',
  ]);
  for (const alarms of Object.values(bySource)) expect(alarms).toBeGreaterThanOrEqual(30);
});
