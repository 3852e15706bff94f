import { join } from 'node:path';
import { openRegistryTables } from '#registry/open-registry.ts';
import { bedriddenElder, watchId } from '../community.ts';
import { connectWatch } from '../devices/watch.ts';
import { incidentLine, pause, type Scenario, type ScenarioRun, sinceNow } from './scenario.ts';

const patienceMs = 180_000;
/** Inactivity after which this resident is looked after, while the scenario runs. */
const presetMs = 10_000;
const usualPresetMs = 24 * 3_600_000;
/** The platform reads a changed registry within a second. */
const turningsToBegin = 3;
const turningPaceMs = 1000;
/** Beyond the preset, for the way to the page. */
const roundMs = presetMs + 25_000;

/** A resident living alone turns over in bed, and then no more. */
export const inactive: Scenario = {
  words: 'a resident living alone, looked after by the second for once, no longer moves',
  patienceMs,
  play: async (run) => {
    const isNew = sinceNow(run.page, ({ kind, place }) => {
      return kind === 'inactivity' && place.dwelling === bedriddenElder.dwelling;
    });
    const id = watchId(bedriddenElder.watch);
    const port = run.running.devices.watch3gPort;
    await setPreset(run.dataDir, presetMs);
    run.print(`${bedriddenElder.id} is looked after when nothing moves for ${presetMs / 1000} s`);
    const watch = connectWatch({ id, host: '127.0.0.1', port, now: Date.now });
    try {
      return await restUntilMissed({
        run,
        isNew,
        turn: (rolls) => watch.keepAlive({ steps: 0, rolls, battery: 82 }),
      });
    } finally {
      await watch.close();
      await setPreset(run.dataDir, usualPresetMs);
      run.print(`the preset is ${usualPresetMs / 3_600_000} h again`);
    }
  },
};

/** What else the watch says meanwhile may begin the count anew: then the resident turns over once more. */
async function restUntilMissed(options: {
  run: ScenarioRun;
  isNew: ReturnType<typeof sinceNow>;
  turn: (rolls: number) => void;
}) {
  const { page, print, signal } = options.run;
  for (let rolls = 1; ; ) {
    let restsSince = 0;
    for (let turning = 0; turning < turningsToBegin; turning += 1) {
      await pause(turningPaceMs, signal).catch(() => {
        throw new Error(`no inactivity incident after ${patienceMs / 1000} s`);
      });
      options.turn(rolls);
      restsSince = performance.now();
      rolls += 1;
    }
    print('the watch has counted a turn in bed for the last time, and counts on');
    const round = AbortSignal.any([signal, AbortSignal.timeout(roundMs)]);
    const incident = await page.waitForIncident(options.isNew, round).catch(() => undefined);
    if (!incident) continue;
    const elapsedMs = Math.round(performance.now() - restsSince);
    print(incidentLine(incident));
    print(`${elapsedMs} ms from the last movement to the incident on the page`);
    return { elapsedMs, outcome: incident.number };
  }
}

async function setPreset(dataDir: string, inactivityMs: number): Promise<void> {
  const db = openRegistryTables(join(dataDir, 'registry.db'));
  try {
    const { numUpdatedRows } = await db
      .updateTable('resident')
      .set({ inactivity_ms: inactivityMs })
      .where('id', '=', bedriddenElder.id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new Error(`no resident ${bedriddenElder.id}: start "npm start" again`);
  } finally {
    await db.destroy();
  }
}
