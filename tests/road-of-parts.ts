import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import type { Ack } from '#contracts/gateway-messages.ts';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { DeviceState, WarningTransition } from '#contracts/warning-transition.ts';
import { readTestRegistry } from '#dispatch/testing/community.ts';
import { testTime } from '#dispatch/testing/memory-warning-log.ts';
import { openTestParts, type TestParts } from '#dispatch/testing/test-parts.ts';
import { incidentEntryOf } from '#ingest/incident-back-flow.ts';
import { readJournal } from '#ingest/testing/read-journal.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { silentLog } from '#runtime/log.ts';
import { openIntakeOnFile } from '#tests/intake-on-file.ts';
import { Engine } from '#warning/engine.ts';
import { allRules } from '#warning/rules/all.ts';
import { readWarningLog } from '#warning/testing/read-warning-log.ts';
import { scriptSettings } from '#warning/testing/run-script.ts';
import { openLiveStateReader, openWarningLogReader } from '#warning/warning-readers.ts';
import { openWarningStore } from '#warning/warning-store.ts';

/** Ingest, warning engine and dispatch over one folder, without broker, threads or a clock that runs by itself. */
export interface RoadOfParts {
  /** What all of them take for now; moved by hand. */
  clock: { time: number };
  dispatch: TestParts;
  /** Records as a gateway sends them: an alarm each, or one batch of telemetry. */
  send(lane: Lane, records: readonly object[], gateway?: string): void;
  /** Lets ingest commit all that came in. */
  commitBatch(): Promise<void>;
  /** Lets the engine and then dispatch take all there is. */
  follow(): Promise<void>;
  journal(): JournalEntry[];
  warnings(): WarningTransition[];
  /** Journals what people did to incidents, as ingest does, and a tick; then all follow. */
  tick(): Promise<void>;
  /** What pages are told of a device. */
  live(device: string): DeviceState | undefined;
  /** Ends ingest and opens it anew on its file. */
  restartIngest(): void;
  close(): Promise<void>;
}

const log = silentLog();

/**
 * @param onAck Called with each acknowledgement, after its commit.
 * @param plan The community; without it the test community.
 */
export async function openRoadOfParts(
  onAck: (ack: Ack['acks'][number]) => void = () => undefined,
  plan?: CommunityPlan,
): Promise<RoadOfParts> {
  const folder = mkdtempSync(join(tmpdir(), 'road-'));
  const path = (name: string) => join(folder, name);
  const registry = await readTestRegistry(folder, plan);
  const clock = { time: testTime };
  const openIntake = () =>
    openIntakeOnFile(path('journal.db'), {
      findDevice: (address) => registry.of('c1')?.findDevice(address)?.id,
      gatewayOf: (device) => registry.of('c1')?.devices.get(device)?.gateway,
      onAck,
      now: () => clock.time,
      groupRecords: 1,
    });
  let intake = openIntake();
  const entries = intake.openReader();
  const store = openWarningStore(path('warning.db'));
  const counters = { droppedLate: 0, refused: 0, failedSteps: 0 };
  const engine = new Engine(store.load(), {
    store,
    rules: allRules,
    settings: scriptSettings,
    log,
    counters,
  });
  const warnings = openWarningLogReader(path('warning.db'));
  const live = openLiveStateReader(path('warning.db'));
  const dispatch = await openTestParts({ folder, registry, log: warnings, clock });
  let journalledChange = 0;
  const follow = async () => {
    engine.run(await entries.read(engine.position, 1_000_000), registry);
    await dispatch.applyAll();
  };
  return {
    clock,
    dispatch,
    send: (lane, records, gateway) => intake.send(lane, records, gateway),
    commitBatch: async () => {
      do await new Promise((resolve) => setImmediate(resolve));
      while (!intake.isIdle);
    },
    follow,
    tick: async () => {
      const changes = await dispatch.reader.changes(journalledChange, 1_000_000);
      intake.journal.commit((append) => {
        for (const change of changes) append(incidentEntryOf(change));
        append({ class: 'tick', listening: true });
      });
      journalledChange = changes.at(-1)?.change ?? journalledChange;
      await follow();
    },
    journal: () => readJournal(path('journal.db')),
    warnings: () => readWarningLog(path('warning.db')),
    live: (device) => live.device('c1', device),
    restartIngest: () => {
      intake.close();
      intake = openIntake();
    },
    close: async () => {
      await dispatch.close();
      warnings.close();
      live.close();
      store.close();
      entries.close();
      intake.close();
      rmSync(folder, { recursive: true });
    },
  };
}
