import { mkdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import { logNames } from '#contracts/facts/logs.ts';
import { identityOf } from '#contracts/journal-entry.ts';
import { exampleAlarmRecord, exampleTelemetryRecord } from '#contracts/record.ts';
import { openDispatch } from '#dispatch/open-dispatch.ts';
import { openIncidentReader } from '#dispatch/readers/incident-reader.ts';
import { readTestRegistry } from '#dispatch/testing/community.ts';
import { testChannels, testReopenMs } from '#dispatch/testing/test-parts.ts';
import { openLogFile } from '#eventlog/sqlite/open-log-file.ts';
import { startIncidentBackFlow } from '#ingest/incident-back-flow.ts';
import { startCheckpoints } from '#runtime/checkpoints.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import { openIntakeOnFile } from '#tests/intake-on-file.ts';
import { Engine } from '#warning/engine.ts';
import { allRules } from '#warning/rules/all.ts';
import { scriptSettings } from '#warning/testing/run-script.ts';
import { openWarningLogReader } from '#warning/warning-readers.ts';
import { openWarningStore } from '#warning/warning-store.ts';
import type { Said } from './road-said.ts';

/**
 * A process whose disk is recorded: the whole road of an alarm over one folder, from ingest's journal through the
 * warning log to dispatch's incidents, its people's acts and back into the journal. It says each thing at the moment
 * from which somebody else may rest on it.
 */
const [folder = ''] = process.argv.slice(2);
const path = (name: string) => join(folder, name);
const log = silentLog();
const say = (said: Said) => writeSync(1, `${JSON.stringify(said)}\n`);
const beside = `${folder}-registry`;
mkdirSync(beside);
const registry = await readTestRegistry(beside);

const intake = openIntakeOnFile(path('journal.db'), {
  findDevice: (address) => registry.of('c1')?.findDevice(address)?.id,
  onAck: ({ lane, sequence }) => lane === 'alarm' && say({ said: 'acknowledged', sequence }),
  onCommitted: () => judging.wake(),
});
const { journal } = intake;
const entries = intake.openReader();
const store = openWarningStore(path('warning.db'));
const warnings = openWarningLogReader(path('warning.db'));
const counters = { droppedLate: 0, refused: 0, failedSteps: 0 };
const engine = new Engine(store.load(), { store, rules: allRules, settings: scriptSettings, log, counters });
const judging = startPollLoop({
  name: 'warning',
  intervalMs: 20,
  log,
  run: async () => {
    const read = await warnings.newest();
    const batch = await entries.read(engine.position, 50);
    engine.run(batch, registry);
    for (const { sequence, warning, record } of await warnings.read(read, 1000))
      say({ said: 'warned', sequence, warning, ...(record && { record: identityOf(record) }) });
    dispatch.wake();
    return batch.length === 50;
  },
});

const changed: string[] = [];
const dispatch = await openDispatch({
  dataDir: folder,
  reader: warnings,
  registry: { current: () => registry, refresh: async () => registry },
  results: { after: () => [] },
  commandLink: { sessions: { find: () => undefined }, publish: () => false },
  channels: testChannels(),
  token: 'a-token-of-services',
  host: '127.0.0.1',
  port: 0,
  escalationStepMs: 400,
  assignmentResponseMs: 60_000,
  reopenMs: testReopenMs,
  escalationRepeats: 1,
  unansweredRepeatMs: 300_000,
  now: Date.now,
  notify: (told) => {
    for (const { incident, change } of told) {
      say({ said: 'changed', incident, change });
      changed.push(incident);
      acting.wake();
    }
  },
  metrics: createMetrics(),
  log,
});
const incidents = openIncidentReader(path('incidents.db'));
const incidentLog = openLogFile(path('incidents.db'), logNames.incidents);
startIncidentBackFlow({
  journal,
  open: async () => incidentLog,
  intervalMs: 20,
  onCommitted: judging.wake,
  log,
});
startCheckpoints(['journal.db', 'warning.db', 'incidents.db'].map(path), {
  log,
  logLevel: 'error',
  now: Date.now,
});

/** A person who answers the alarms of every other dwelling: what nobody answers has steps that fall due. */
const acting = startPollLoop({
  name: 'person',
  intervalMs: 50,
  log,
  run: async () => {
    const incident = await incidents.find(changed.shift() ?? '');
    if (incident?.state === 'new' && Number(incident.place.dwelling?.slice(-1)) % 2 === 0) {
      const { id, attention } = incident;
      await ask(id, 'acknowledge', { actor: 'p1', attention });
      await ask(id, 'assignments', { actor: 'p3', person: 'p3', accept: true });
      if (incident.alarmCount % 2 === 0) await ask(id, 'resolve', { actor: 'p2', outcome: 'real' });
    }
    return changed.length > 0;
  },
});

async function ask(incident: string, act: string, body: object): Promise<void> {
  const request = crypto.randomUUID();
  const answer = await fetch(`http://127.0.0.1:${dispatch.port}/incidents/${incident}/${act}`, {
    method: 'POST',
    headers: { authorization: 'Bearer a-token-of-services', 'content-type': 'application/json' },
    body: JSON.stringify({ request, ...body }),
  });
  // Another alarm may have come meanwhile: then the person is refused, and nothing was promised.
  if (answer.ok) say({ said: 'answered', request, incident: ((await answer.json()) as ActionDone).incident });
}

let sent = 0;
setInterval(() => {
  sent += 1;
  const capturedAt = new Date().toISOString();
  const device = `watch-3g:${6907919734 + (sent % 40)}`;
  const kind = sent % 3 === 0 ? 'fall' : 'sos';
  const reading = { ...exampleTelemetryRecord, device, capturedAt };
  intake.send(
    'telemetry',
    [1, 2, 3, 4].map((each) => ({ ...reading, sequence: (sent - 1) * 4 + each })),
  );
  const alarm = { ...exampleAlarmRecord, device, capturedAt, sequence: sent, origin: `press-${sent}` };
  intake.send('alarm', [{ ...alarm, body: { type: 'event', kind } }]);
}, 6);
// Time passes for the engine by ticks alone: these commits of the warning log need no sync of their own.
setInterval(() => {
  journal.commit((append) => append({ class: 'tick', listening: true }));
  judging.wake();
}, 25);
