import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cursorNames } from '#contracts/facts/logs.ts';
import { exampleAlarmRecord } from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';
import { openIncidentTables } from '#dispatch/storage/tables.ts';
import { readTestRegistry } from '#dispatch/testing/community.ts';
import { testTime } from '#dispatch/testing/memory-warning-log.ts';
import { openTestParts } from '#dispatch/testing/test-parts.ts';
import { readCursor } from '#eventlog/sqlite/cursors.ts';
import { alarm, connectGateway, createSite, startBroker } from '#ingest/testing/receiving.ts';
import type { Registry } from '#registry/registry.ts';
import { silentLog } from '#runtime/log.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import { openIntakeOnFile } from '#tests/intake-on-file.ts';
import { Engine } from '#warning/engine.ts';
import { allRules } from '#warning/rules/all.ts';
import { readWarningLog } from '#warning/testing/read-warning-log.ts';
import { scriptSettings } from '#warning/testing/run-script.ts';
import { openWarningLogReader } from '#warning/warning-readers.ts';
import { openWarningStore } from '#warning/warning-store.ts';

let folder: string;
let registry: Registry;
const path = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'restored-log-'));
  registry = await readTestRegistry(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Ingest takes alarms in and the engine judges them; dispatch is not there. */
async function raise(sequences: number[], logReadTo: number): Promise<void> {
  const log = silentLog();
  const intake = openIntakeOnFile(path('journal.db'), {
    findDevice: (address) => registry.of('c1')?.findDevice(address)?.id,
    onAck: () => undefined,
    now: () => testTime,
  });
  const capturedAt = toTimestamp(testTime);
  intake.send(
    'alarm',
    sequences.map((sequence) => ({ ...exampleAlarmRecord, capturedAt, sequence })),
  );
  await new Promise((resolve) => setImmediate(resolve));
  const store = openWarningStore(path('warning.db'));
  const counters = { droppedLate: 0, refused: 0, failedSteps: 0 };
  const options = { store, rules: allRules, settings: scriptSettings, log, counters };
  const engine = new Engine(store.load(logReadTo), options);
  const entries = intake.openReader();
  engine.run(await entries.read(engine.position, 1000), registry);
  entries.close();
  store.close();
  intake.close();
}

async function dispatchAll(): Promise<void> {
  const log = openWarningLogReader(path('warning.db'));
  const parts = await openTestParts({ folder, registry, log, clock: { time: testTime } });
  await parts.applyAll();
  await parts.close();
  log.close();
}

/** Sequences of the alarms on timelines. */
function standing(): number[] {
  const db = new DatabaseSync(path('incidents.db'), { readOnly: true });
  const rows = db.prepare(`SELECT record FROM timeline WHERE type = 'alarm'`).all();
  db.close();
  return rows.map(({ record }) => Number(String(record).split('/').at(-1))).sort((a, b) => a - b);
}

test('with a journal and a warning log older than the incidents, alarms that come before dispatch looks stand too', async () => {
  const logs = ['journal.db', 'warning.db'];
  await raise([1, 2], 0);
  for (const name of logs) cpSync(path(name), path(`${name}.copy`));
  await raise([3, 4, 5], 0);
  await dispatchAll();
  expect(standing()).toEqual([1, 2, 3, 4, 5]);
  for (const name of logs) cpSync(path(`${name}.copy`), path(name));

  // As many as dispatch has read since, and one more: the log is not shorter than what was read of it.
  await raise([6, 7, 8, 9], readCursor(path('incidents.db'), cursorNames.warnings));
  await dispatchAll();
  expect(standing()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('the ingest process goes on behind what dispatch has read', async () => {
  const broker = await startBroker();
  const site = await createSite();
  const gateway = await connectGateway(broker.url);
  const { db: incidents } = openIncidentTables(join(site.folder, 'incidents.db'));
  await incidents.insertInto('cursor').values({ name: 'warning-log', position: 50 }).execute();
  await incidents.destroy();
  const child = fork(join(import.meta.dirname, '../../ingest/main.ts'), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      ...machineEnvironment,
      ...{ INGEST_DATA_DIR: site.folder, STORE_DATA_DIR: site.folder, WARNING_DATA_DIR: site.folder },
      ...{ INGEST_BROKER_URL: broker.url, WARNING_BROKER_URL: broker.url },
      ...{ INGEST_PASSWORD: 'secret', WARNING_PASSWORD: 'secret', INGEST_TOKEN: 'a-token-of-services' },
      ...{ INGEST_PORT: '0', INGEST_HEALTH_PORT: '0' },
    },
  });
  const ended = once(child, 'exit');
  try {
    const [{ ready }] = await once(child, 'message');
    const isWell = async () => (await fetch(`http://127.0.0.1:${ready.healthPort}/health`)).ok;
    await vi.waitFor(async () => expect(await isWell()).toBe(true), { timeout: 20_000 });
    await gateway.publish('alarm', alarm(1));
    const lines = () => {
      const read = readWarningLog(join(site.folder, 'warning.db'));
      return read.map(({ sequence, record }) => [sequence, record?.sequence]);
    };
    await vi.waitFor(() => expect(lines()).toEqual([[51, 1]]), { timeout: 20_000 });
  } finally {
    child.kill('SIGKILL');
    await ended;
    await gateway.close();
    await broker.close();
    await site.remove();
  }
});
