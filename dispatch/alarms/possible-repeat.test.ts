import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { openIncidentReader } from '../readers/incident-reader.ts';
import { incidentMigrations, incidentPart } from '../storage/migrations.ts';
import { openIncidentTables } from '../storage/tables.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

async function take(line: Partial<WarningTransition>): Promise<Incident[]> {
  dispatch.log.append(line);
  await dispatch.applyAll();
  return dispatch.reader.list('c1', { limit: 10, resolvedSince: 0 });
}

const setState = (id: string, state: 'acknowledged' | 'resolved') =>
  dispatch.database.db.updateTable('incident').set({ state, resolved_at: 1 }).where('id', '=', id).execute();

const again = {
  transition: 'repeated',
  warning: 'w-000000000000000000000001',
  possibleRepeat: true,
} as const;

test('a press that may be a radio repeat is on the timeline, marked and counted, and sounds nothing while nobody answered', async () => {
  const [first] = await take({});
  const [incident] = await take(again);
  expect(incident).toMatchObject({
    id: first?.id,
    state: 'new',
    attention: 1,
    alarmCount: 2,
    possibleRepeats: 1,
    lastAlarmAt: first?.lastAlarmAt,
  });
  const timeline = await dispatch.reader.timeline(first?.id ?? '');
  expect(timeline.filter(({ type }) => type === 'alarm').map((entry) => entry.possibleRepeat)).toEqual([
    undefined,
    true,
  ]);
  expect(first).not.toHaveProperty('possibleRepeats');
});

test('a press that may be a radio repeat sounds anew once the one before it was answered', async () => {
  const [first] = await take({});
  await setState(first?.id ?? '', 'acknowledged');
  expect(await take(again)).toMatchObject([
    { id: first?.id, state: 'new', attention: 2, possibleRepeats: 1 },
  ]);
});

test('a press that may be a radio repeat opens an incident once the one before it was closed', async () => {
  const [first] = await take({});
  await setState(first?.id ?? '', 'resolved');
  const incidents = await take({ ...again, transition: 'raised', warning: 'w-000000000000000000000002' });
  expect(incidents.map(({ state, possibleRepeats }) => [state, possibleRepeats])).toEqual([
    ['new', 1],
    ['resolved', undefined],
  ]);
});

test('incidents of an earlier version keep their alarms, none of them a possible repeat', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-'));
  const file = join(folder, 'incidents.db');
  const old = openSqlite(file);
  migrate(old, incidentPart, incidentMigrations.slice(0, 4));
  old.exec(`
    INSERT INTO incident (id, number, community, state, rank, level, kind, life_safety, late, drill, attach_key, label,
      attention, attention_at, alarm_count, summary_zh, summary_en, opened_at, last_alarm_at, timeline_length, version)
    VALUES ('i-1', '20261124-001', 'c1', 'new', 0, 'red', 'sos', 1, 0, 0, 'dwelling:d', '501', 1, 5, 1, '求救', 'SOS', 5, 5, 1, 1);
    INSERT INTO timeline (incident, sequence, at, type, words_zh, words_en) VALUES ('i-1', 1, 5, 'alarm', '求救', 'SOS')`);
  old.close();
  const { db } = openIncidentTables(file);
  const reader = openIncidentReader(file);
  const [incident] = await reader.list('c1', { limit: 10 });
  expect(incident).toMatchObject({ id: 'i-1', alarmCount: 1 });
  expect(incident).not.toHaveProperty('possibleRepeats');
  expect(await reader.timeline('i-1')).toEqual([
    { incident: 'i-1', sequence: 1, at: 5, type: 'alarm', words: { zh: '求救', en: 'SOS' } },
  ]);
  await reader.close();
  await db.destroy();
  rmSync(folder, { recursive: true });
});
