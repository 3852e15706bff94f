import type { DatabaseSync } from 'node:sqlite';
import { logNames } from '#contracts/facts/logs.ts';
import { identityOf } from '#contracts/journal-entry.ts';
import type { LatestValue } from '#contracts/warning-transition.ts';
import type { LogWriter } from '#eventlog/event-log.ts';
import { openLogWriter } from '#eventlog/sqlite/sqlite-log.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite, transaction } from '#runtime/sqlite.ts';
import { coveredRule, type WarningArchive, type WarningChanges } from './active-warnings.ts';
import type { KeyedChange, KeyedState } from './keyed-states.ts';
import type { ListeningClock } from './listening-clock.ts';
import { warningMigrations } from './migrations.ts';
import type { Presence } from './presence.ts';
import type { DevicePresence, GatewayPresence, PresenceRows } from './presence-rows.ts';
import type { Warning } from './warning.ts';
import { isActive } from './warning-lifecycle.ts';

/** An origin identifies an alarm for so long, as in a gateway's outbox, in ms. */
const originKeptMs = 86_400_000;

/** All the engine needs to go on where it was. */
export interface Loaded {
  cursor: number;
  sequence: number;
  presence: PresenceRows;
  active: Warning[];
  states: KeyedState[];
}

/** Everything a batch changed. */
export interface Batch {
  cursor: number;
  sequence: number;
  changes: WarningChanges;
  presence: Presence;
  states: KeyedChange[];
}

/** warning.db as its one writer holds it. */
export interface WarningStore extends WarningArchive {
  /**
   * @param logReadTo Sequences up to here are never given, as a reader has read them: of a log that is an older
   * copy now.
   */
  load(logReadTo?: number): Loaded;
  /** Saves a batch in one transaction; synced to disk before it returns where it holds transitions. */
  save(batch: Batch): void;
  close(): void;
}

/** Opens warning.db for writing, bringing its tables to the newest version first. */
export function openWarningStore(file: string): WarningStore {
  const db = openSqlite(file, { synchronous: 'normal' });
  migrate(db, 'warning', warningMigrations);
  // Every record changes its device's row: larger checkpoints write each page less often.
  db.exec('PRAGMA wal_autocheckpoint = 4000');
  const findWarning = db.prepare('SELECT body FROM warning WHERE id = ?');
  const hasAlarm = db.prepare(
    "SELECT 1 FROM alarm_record WHERE record = ?1 AND (?2 = '' OR rule IN (?2, '')) LIMIT 1",
  );
  const ownSaid = db.prepare(
    `SELECT 1 FROM own_alarm
     WHERE subject = ? AND origin = ? AND kind = ? AND community = ? AND captured_at > ? LIMIT 1`,
  );
  let log = openLogWriter(db, logNames.warnings);
  const save = createSave(db, () => log);
  return {
    load: (logReadTo = 0) => {
      log = openLogWriter(db, logNames.warnings, logReadTo);
      return { ...load(db), sequence: log.newest() };
    },
    save,
    findWarning: (id) => {
      const row = findWarning.get(id);
      return row && JSON.parse(String(row.body));
    },
    ownSaid: ({ community, subject, kind, origin, capturedAt }) =>
      ownSaid.get(subject, origin, kind, community, capturedAt - originKeptMs) !== undefined,
    hasAlarm: (record, rule) => hasAlarm.get(record, rule) !== undefined,
    close: () => db.close(),
  };
}

function createSave(db: DatabaseSync, log: () => LogWriter): (batch: Batch) => void {
  const saveEngine = db.prepare('UPDATE engine SET cursor = ?, sequence = ?, revision = ?, clock = ?');
  const saveWarning = db.prepare('INSERT OR REPLACE INTO warning (id, active, body) VALUES (?, ?, ?)');
  const saveState = db.prepare(
    'INSERT OR REPLACE INTO rule_state (community, rule, key, state) VALUES (?, ?, ?, ?)',
  );
  const dropState = db.prepare('DELETE FROM rule_state WHERE community = ? AND rule = ? AND key = ?');
  const addAlarm = db.prepare('INSERT OR IGNORE INTO alarm_record (record, rule) VALUES (?, ?)');
  const addOwnAlarm = db.prepare(
    'INSERT OR IGNORE INTO own_alarm (subject, origin, kind, community, captured_at) VALUES (?, ?, ?, ?, ?)',
  );
  const savePresence = createSavePresence(db);
  let revision = Number(db.prepare('SELECT revision FROM engine').get()?.revision);
  let isFull = false;

  return ({ cursor, sequence, changes, presence, states }) => {
    // Only transitions must survive a power cut at once; the rest is read from the journal again.
    const asksFull = changes.transitions.length > 0;
    if (isFull !== asksFull) {
      db.exec(`PRAGMA synchronous = ${asksFull ? 'FULL' : 'NORMAL'}`);
      isFull = asksFull;
    }
    revision = transaction(db, () => {
      for (const { line, subject } of changes.transitions) {
        const { last } = log().append({ head: JSON.stringify(line) }, line.at);
        if (last !== line.sequence) throw new Error(`the warning log gave ${last} to line ${line.sequence}`);
        const { transition, community, kind, record, origin, capturedAt, saidByOther } = line;
        if (transition !== 'raised' && transition !== 'repeated') continue;
        if (record) addAlarm.run(identityOf(record), coveredRule(line.rule));
        if (origin && capturedAt !== undefined && !saidByOther) {
          addOwnAlarm.run(subject, origin, kind, community, capturedAt);
        }
      }
      for (const warning of changes.warnings) {
        saveWarning.run(warning.id, Number(isActive(warning.state)), JSON.stringify(warning));
      }
      for (const { community, rule, key, kept } of states) {
        if (kept) saveState.run(community, rule, key, JSON.stringify(kept));
        else dropState.run(community, rule, key);
      }
      const saved = savePresence(presence, revision);
      saveEngine.run(cursor, sequence, saved, JSON.stringify(presence.clock));
      return saved;
    });
  };
}

/** @returns A function that saves what changed, lifting the revision once a device, and gives the newest. */
function createSavePresence(db: DatabaseSync): (presence: Presence, revision: number) => number {
  const updateDevice = db.prepare(
    `UPDATE device_state SET gateway = ?, state = ?, heard_at = ?, heard_clock = ?, expired = ?, latest = ?,
     revision = ? WHERE id = ?`,
  );
  const addDevice = db.prepare(
    `INSERT INTO device_state
       (device, community, gateway, state, heard_at, heard_clock, expired, latest, revision)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  );
  const dropDevice = db.prepare('DELETE FROM device_state WHERE community = ? AND device = ?');
  const saveGateway = db.prepare(
    `INSERT OR REPLACE INTO gateway_state (community, gateway, state, heard_at, body) VALUES (?, ?, ?, ?, ?)`,
  );
  const dropGateway = db.prepare('DELETE FROM gateway_state WHERE community = ? AND gateway = ?');

  return (presence, from) => {
    let revision = from;
    for (const { community, device } of presence.removedDevices) dropDevice.run(community, device);
    for (const { community, gateway } of presence.removedGateways) dropGateway.run(community, gateway);
    for (const device of presence.changedDevices) {
      revision += 1;
      device.revision = revision;
      const { gateway, state, heardAt = null, heardClock = null } = device;
      const values = [heardAt, heardClock, Number(device.expired), JSON.stringify(device.latest), revision];
      if (device.row !== undefined) updateDevice.run(gateway, state, ...values, device.row);
      else {
        const row = addDevice.get(device.device, device.community, gateway, state, ...values);
        device.row = Number(row?.id);
      }
    }
    for (const gateway of presence.changedGateways) {
      const { community, state, heardAt = null } = gateway;
      saveGateway.run(community, gateway.gateway, state, heardAt, JSON.stringify(gateway));
    }
    presence.forgetChanges();
    return revision;
  };
}

function load(db: DatabaseSync): Loaded {
  const engine = db.prepare('SELECT cursor, sequence, clock FROM engine').get();
  const bodies = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((row) => JSON.parse(String(row.body)));
  return {
    cursor: Number(engine?.cursor),
    sequence: Number(engine?.sequence),
    presence: {
      clock: JSON.parse(String(engine?.clock)) as ListeningClock,
      gateways: bodies('SELECT body FROM gateway_state') as GatewayPresence[],
      devices: db.prepare('SELECT * FROM device_state').all().map(toDevice),
    },
    active: (bodies('SELECT body FROM warning WHERE active = 1') as Warning[]).sort(
      (a, b) => a.openedBy - b.openedBy,
    ),
    states: db
      .prepare('SELECT community, state FROM rule_state')
      .all()
      // One of an earlier release does not say of which community it is; its row does.
      .map((row) => ({ ...JSON.parse(String(row.state)), community: String(row.community) }) as KeyedState),
  };
}

function toDevice(row: Record<string, unknown>): DevicePresence {
  return {
    row: Number(row.id),
    device: String(row.device),
    community: String(row.community),
    gateway: String(row.gateway),
    state: row.state as DevicePresence['state'],
    ...(row.heard_at !== null && { heardAt: Number(row.heard_at) }),
    ...(row.heard_clock !== null && { heardClock: Number(row.heard_clock) }),
    expired: row.expired === 1,
    latest: JSON.parse(String(row.latest)) as Record<string, LatestValue>,
    revision: Number(row.revision),
    class: '',
    staleAfterMs: Number.POSITIVE_INFINITY,
  };
}
