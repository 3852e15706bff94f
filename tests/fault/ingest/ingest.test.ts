import { expect, test } from 'vitest';
import { seededRandom } from '#simulators/seeded-random.ts';
import { runIngestFaults } from './ingest-run.ts';

test('the store fails in every way and ingest is killed: each reading is stored once or refused with its reason, each alarm stands', async () => {
  const { readings, alarms, faults, kills } = await runIngestFaults({
    readingsPerSecond: 1000,
    alarmsPerSecond: 5,
    faultMs: 1500,
    kills: 6,
    longestLifeMs: 1500,
    random: seededRandom(20_261_126),
  });
  expect(faults).toHaveLength(8);
  expect(kills).toBe(6);
  expect(readings.acknowledged).toBe(readings.offered);
  const refused = readings.refused['points beyond retention policy'] ?? 0;
  expect(refused).toBe(Math.floor(readings.offered / 997));
  expect(readings).toMatchObject({
    stored: readings.offered - refused,
    refused: { 'points beyond retention policy': refused },
    inGaps: 0,
  });
  expect(alarms).toMatchObject({ lateJournalled: [], lost: [], doubled: [] });
  expect(alarms.stored).toHaveLength(alarms.offered);
  expect(alarms.offered).toBeGreaterThan(50);
});
