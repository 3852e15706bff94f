import { join } from 'node:path';
import { identityOf } from '#contracts/journal-entry.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { doubledOf, keptIn, missingOf, type Promised } from './power-cut-run.ts';
import { type RestartedLog, restartDispatch, restartEngine } from './road-restart.ts';
import { saidOf } from './road-said.ts';

const toldLines = `SELECT incident || ' ' || sequence FROM timeline WHERE type IN ('notified', 'escalated')`;
/** Where the next step of an incident waits; those of the platform's own incidents may be the last. */
const waitingSteps = `SELECT escalation.incident FROM escalation
  JOIN incident ON incident.id = escalation.incident WHERE incident.source <> 'platform'`;
/** Red and orange insist until somebody answers: such an incident without a step to come is forgotten. */
const forgotten = `SELECT id FROM incident
  WHERE state = 'new' AND level IN ('red', 'orange') AND source <> 'platform' AND unreached_incident IS NULL
    AND id NOT IN (SELECT incident FROM escalation)`;

/** One folder, one instant: journal, warning log and incidents are cut off together and start again. */
export const road: Promised = {
  name: 'road: every alarm one warning and on one incident, every act answered',
  file: join(import.meta.dirname, 'road-child.ts'),
  broken: async (folder, said) => {
    const incidents = join(folder, 'incidents.db');
    const read = (table: string, sql: string) => keptIn(incidents, table, sql);
    const [cursor = '0'] = read('cursor', `SELECT sequence FROM cursor WHERE name = 'warning-log'`);
    const waiting = read('escalation', waitingSteps);
    const unsent = read('notification', `SELECT id FROM notification WHERE state = 'pending'`);
    const told = new Map(countByIncident(read('timeline', toldLines)));
    const answered = saidOf(said, 'answered').map(({ request }) => request);
    const lost = [
      ...missingOf(answered, read('request', 'SELECT id FROM request')),
      ...missingOf(
        saidOf(said, 'changed').map(({ incident, change }) => `${change} ${incident}`),
        read('incident_change', `SELECT change || ' ' || incident FROM incident_change`),
      ),
      ...doubledOf(backFlowIn(folder)),
      ...read('incident', forgotten).map((id) => `${id} waits for no step`),
    ];

    const log = await restartEngine(folder);
    lost.push(...brokenInLog(log, said));
    // Ahead of the log, dispatch would pass over the lines that come next.
    if (Number(cursor) > log.found.length)
      lost.push(`dispatch stands at ${cursor}, ahead of the log's ${log.found.length}`);

    await restartDispatch(folder);
    const alarms = log.caughtUp.filter(isAlarm).map(({ record }) => (record ? identityOf(record) : ''));
    const stand = read('timeline', `SELECT record FROM timeline WHERE type = 'alarm'`);
    lost.push(...sameOnce(alarms, stand, 'an incident'));
    const toldSince = new Map(countByIncident(read('timeline', toldLines)));
    const silent = waiting.filter((id) => (toldSince.get(id) ?? 0) <= (told.get(id) ?? 0));
    lost.push(...silent.map((id) => `${id} was told nobody again`));
    const still = new Set(read('notification', `SELECT id FROM notification WHERE state = 'pending'`));
    lost.push(...unsent.filter((id) => still.has(id)).map((id) => `message ${id} was not sent`));
    return lost;

    function brokenInLog({ found, caughtUp, whole }: RestartedLog, lines: readonly string[]): string[] {
      const journal = recordsIn(folder);
      const acknowledged = Math.max(0, ...saidOf(lines, 'acknowledged').map(({ sequence }) => sequence));
      const promised = Array.from({ length: acknowledged }, (_, index) => `${stream}/${index + 1}`);
      const warned = saidOf(lines, 'warned').map(({ sequence, warning, record = '' }) =>
        [sequence, warning, record].join(' '),
      );
      const records = caughtUp.filter(isAlarm).map(({ record }) => (record ? identityOf(record) : ''));
      return [
        ...missingOf(promised, journal),
        ...missingOf(warned, found.map(inShort)),
        ...sameOnce(journal, records, 'a warning'),
        ...missingOf(whole.map(inShort), caughtUp.map(inShort)),
        ...missingOf(caughtUp.map(inShort), whole.map(inShort)),
      ];
    }
  },
};

const stream = 'c1/gw1/9f86d081884c7d65/alarm';

const isAlarm = ({ transition }: WarningTransition) => transition === 'raised' || transition === 'repeated';

const inShort = ({ sequence, warning, record }: WarningTransition) =>
  [sequence, warning, record ? identityOf(record) : ''].join(' ');

/** Identities of the alarms that the journal holds. */
function recordsIn(folder: string): string[] {
  return keptIn(
    join(folder, 'journal.db'),
    'journal',
    `SELECT '${stream}/' || json_extract(entry, '$.sequence') FROM journal
     WHERE class = 'record' AND json_extract(entry, '$.lane') = 'alarm'`,
  );
}

/** Changes of incidents that came back into the journal. */
function backFlowIn(folder: string): string[] {
  return keptIn(
    join(folder, 'journal.db'),
    'journal',
    `SELECT 'change ' || json_extract(entry, '$.change') FROM journal WHERE class = 'incident'`,
  );
}

function countByIncident(lines: readonly string[]): [string, number][] {
  const groups = Map.groupBy(lines, (line) => line.split(' ')[0] ?? '');
  return [...groups].map(([incident, of]) => [incident, of.length]);
}

/** What of the first is not among the second, and what stands there twice. */
function sameOnce(expected: readonly string[], kept: readonly string[], where: string): string[] {
  return [...missingOf(expected, kept), ...doubledOf(kept)].map((what) => `${what} (on ${where})`);
}
