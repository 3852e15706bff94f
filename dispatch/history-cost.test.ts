import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { openSqlite } from '#runtime/sqlite.ts';
import { acknowledge } from './actions/acknowledge.ts';
import { assign } from './actions/assign.ts';
import { reopen, resolve } from './actions/resolve.ts';

import { openDispatch } from './open-dispatch.ts';
import { testDispatchOptions } from './testing/dispatch-options.ts';
import { openTestDispatch, type TestDispatch } from './testing/open-test-dispatch.ts';

/** Tables that keep what is over: their rows grow with the years, and nothing that runs all the time may read them whole. */
const historyTables = ['incident', 'assignment', 'notification', 'timeline', 'command', 'incident_warning'];

afterEach(() => vi.restoreAllMocks());

/** Every statement that is prepared for incidents from now on, in this process. */
function collectStatements(): Set<string> {
  const statements = new Set<string>();
  const prepare = DatabaseSync.prototype.prepare;
  vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (
    this: DatabaseSync,
    text,
    ...more
  ) {
    if (this.location()?.endsWith('incidents.db')) statements.add(text);
    return prepare.call(this, text, ...more);
  });
  return statements;
}

/** Statements that read a table of history whole or by its community alone, with how SQLite would run them. */
function readersOfHistory(file: string, statements: Iterable<string>): string[] {
  const db = openSqlite(file);
  try {
    const partial = db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
      .all()
      .map(({ name }) => String(name));
    const isWhole = (detail: string) => {
      const [, table = '', index] = /^(?:SCAN|SEARCH) (\w+)(?:.* INDEX (\w+))?/.exec(detail) ?? [];
      if (!historyTables.includes(table) || (index !== undefined && partial.includes(index))) return false;
      return detail.startsWith('SCAN') || detail.endsWith('(community=?)');
    };
    return [...statements].flatMap((text) => {
      if (!/^(select|update|delete)/i.test(text)) return [];
      const details = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...(text.match(/\?/g) ?? []).map(() => 1));
      const whole = details.map(({ detail }) => String(detail)).filter(isWhole);
      return whole.length > 0 ? [`${text}: ${whole.join('; ')}`] : [];
    });
  } finally {
    db.close();
  }
}

async function livesThroughAnIncident(dispatch: TestDispatch): Promise<void> {
  const { clock, log, reader } = dispatch;
  const request = () => ({ actor: 'p1', request: crypto.randomUUID() });
  log.append({ kind: 'smoke', at: clock.time });
  log.append({ kind: 'smoke', at: clock.time });
  await dispatch.applyAll();
  const [incident] = await reader.list('c1', { limit: 1 });
  const id = incident?.id ?? '';
  await dispatch.runDue();
  await dispatch.runAction((context) => acknowledge(context, id, { ...request(), attention: 1 }));
  await dispatch.runAction((context) => assign(context, id, { ...request(), person: 'p3' }));
  await dispatch.runAction((context) =>
    resolve(context, id, { ...request(), outcome: 'real', note: '已处理' }),
  );
  await dispatch.runAction((context) => reopen(context, id, request()));
  log.append({ kind: 'smoke', at: clock.time });
  await dispatch.applyAll();
  await dispatch.delivery.run();
  await dispatch.database.write((transaction) => dispatch.escalation.expedite(transaction, 'c1'));
}

test('an alarm, an action, a restart and every loop cost the same after ten years of incidents as on the first day', async () => {
  const statements = collectStatements();
  const dispatch = await openTestDispatch();
  await livesThroughAnIncident(dispatch);
  const running = await openDispatch(testDispatchOptions(dispatch));
  await vi.waitFor(() => expect(running.health().ok).toBe(true));
  await running.close();
  expect(statements.size).toBeGreaterThan(50);
  expect(readersOfHistory(`${dispatch.folder}/incidents.db`, statements)).toEqual([]);
});
