import { join } from 'node:path';
import { identityOf } from '#contracts/journal-entry.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { type Broken, doubledOf, journalledIn, keptIn, missingOf, type Promised } from './power-cut-run.ts';
import { type RestartedLog, restartDispatch, restartEngine } from './road-restart.ts';
import { saidOf } from './road-said.ts';

/** One folder, one instant: journal, warning log and incidents are cut off together and start again. */
export const road: Promised = {
  name: 'road: every alarm one warning and on one incident, every act answered',
  file: join(import.meta.dirname, 'road-child.ts'),
  broken: async (folder, said) => {
    const found = brokenAsFound(folder, said);
    const before = readIncidents(folder);
    const log = await restartEngine(folder);
    const warned = brokenInLog(folder, log, said);
    await restartDispatch(folder);
    return [...found, ...warned, ...brokenInIncidents(log, before, readIncidents(folder))];
  },
};

const stream = 'c1/gw1/9f86d081884c7d65/alarm';

/** What people were answered and pages were told must be on the disk as it is found. */
function brokenAsFound(folder: string, said: readonly string[]): Broken[] {
  const file = join(folder, 'incidents.db');
  const answered = saidOf(said, 'answered').map(({ request }) => request);
  const changed = saidOf(said, 'changed').map(({ incident, change }) => `${change} ${incident}`);
  const changes = keptIn(
    file,
    'incident_log',
    `SELECT last || ' ' || (head ->> '$.incident') FROM incident_log
     WHERE head ->> '$.incident' IN (SELECT id FROM incident)`,
  );
  const cameBack = journalledIn(folder).flatMap((entry) =>
    entry.class === 'incident' ? [`change ${entry.change}`] : [],
  );
  return [
    ...missingOf(answered, keptIn(file, 'request', 'SELECT id FROM request')),
    ...missingOf(changed, changes),
    ...doubledOf(cameBack),
  ];
}

/** Every alarm of the journal has one line, and the log is the one that a run without a cut writes. */
function brokenInLog(folder: string, log: RestartedLog, said: readonly string[]): Broken[] {
  const [found, caughtUp, whole] = [log.found, log.caughtUp, log.whole].map((lines) =>
    lines.map(inShort),
  ) as [string[], string[], string[]];
  const journal = journalledIn(folder).flatMap((entry) =>
    entry.class === 'record' && entry.lane === 'alarm' ? [`${stream}/${entry.sequence}`] : [],
  );
  const newest = Math.max(0, ...saidOf(said, 'acknowledged').map(({ sequence }) => sequence));
  const acknowledged = Array.from({ length: newest }, (_, index) => `${stream}/${index + 1}`);
  const warned = saidOf(said, 'warned').map(({ sequence, warning, record = '' }) =>
    [sequence, warning, record].join(' '),
  );
  return [
    ...missingOf(acknowledged, journal),
    ...missingOf(warned, found),
    ...sameOnce(journal, recordsOf(log.caughtUp), 'a warning'),
    ...missingOf(whole, caughtUp),
    ...missingOf(caughtUp, whole),
  ];
}

/** Every alarm of the log stands on one incident, and what was due when the power went is done again. */
function brokenInIncidents(log: RestartedLog, before: FoundIncidents, after: FoundIncidents): Broken[] {
  const silent = [...before.waiting].filter((id) => (after.told.get(id) ?? 0) <= (before.told.get(id) ?? 0));
  const unsent = [...before.unsent].filter((id) => after.unsent.has(id));
  return [
    ...sameOnce(recordsOf(log.caughtUp), after.alarms, 'an incident'),
    // Ahead of the log, dispatch would pass over the lines that come next.
    ...wrong(before.cursor > log.found.length ? ['the cursor of dispatch'] : [], 'is ahead of the log'),
    ...wrong(before.forgotten, 'was left without a step to come'),
    ...wrong(silent, 'had a step due and nobody was told again'),
    ...wrong(unsent, 'is a message that was not sent again'),
  ];
}

/** What stands in a rebuilt `incidents.db`. */
interface FoundIncidents {
  /** Of dispatch in the warning log. */
  cursor: number;
  /** Records on timelines. */
  alarms: string[];
  /** How often people were told of an incident. */
  told: Map<string, number>;
  /** Incidents whose next step waits. */
  waiting: Set<string>;
  /** Red and orange insist until somebody answers: these were not answered and nothing will come. */
  forgotten: string[];
  /** Messages not sent yet. */
  unsent: Set<string>;
}

function readIncidents(folder: string): FoundIncidents {
  const read = (table: string, sql: string) => keptIn(join(folder, 'incidents.db'), table, sql);
  const told = read('timeline', `SELECT incident FROM timeline WHERE type IN ('notified', 'escalated')`);
  const waiting = `SELECT incident FROM escalation`;
  const forgotten = `SELECT id FROM incident
    WHERE state = 'new' AND level IN ('red', 'orange')
      AND id NOT IN (SELECT incident FROM escalation)`;
  return {
    // A cut in the middle of the migrations leaves a file whose cursor has another column; the log's table comes with this one.
    cursor: Number(read('incident_log', `SELECT position FROM cursor WHERE name = 'warning-log'`)[0] ?? 0),
    alarms: read('timeline', `SELECT record FROM timeline WHERE type = 'alarm'`),
    told: new Map([...Map.groupBy(told, (id) => id)].map(([id, lines]) => [id, lines.length])),
    waiting: new Set(read('escalation', waiting)),
    forgotten: read('incident', forgotten),
    unsent: new Set(read('notification', `SELECT id FROM notification WHERE state = 'pending'`)),
  };
}

const inShort = ({ sequence, warning, record }: WarningTransition) =>
  [sequence, warning, record ? identityOf(record) : ''].join(' ');

/** Records of the alarms among lines of the log. */
function recordsOf(lines: readonly WarningTransition[]): string[] {
  return lines
    .filter(({ transition }) => transition === 'raised' || transition === 'repeated')
    .map(({ record }) => (record ? identityOf(record) : ''));
}

/** What of the first is not among the second, and what stands there twice. */
function sameOnce(expected: readonly string[], kept: readonly string[], where: string): Broken[] {
  const broken = [...missingOf(expected, kept), ...doubledOf(kept)];
  return broken.map(({ how, what }) => ({ how, what: `${what} (on ${where})` }));
}

function wrong(names: readonly string[], what: string): Broken[] {
  return names.map((name) => ({ how: 'wrong', what: `${name} ${what}` }));
}
