import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { manager, otherRelative, responder, staff } from '../../testing/test-community.ts';
import { type Page, startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { assignmentOf, incidentId, incidentOf } from '../../testing/test-dispatch.ts';
import { deadLetterOf } from '../../testing/test-ingest.ts';
import type { App } from '../http/routes.ts';
import { accessWindowMs } from './access-log.ts';
import { auditAnswers } from './audited-answers.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  dashboard.incidents.change(incidentOf(1), 'opened');
  dashboard.incidents.change(incidentOf(2), 'opened');
});
afterEach(() => dashboard.close());

const get = async (url: string, as = staff, cookie?: string) =>
  dashboard.app.inject({ url, headers: { cookie: cookie ?? (await dashboard.signIn(as)) } });

const soon = (assertion: () => void | Promise<void>) => vi.waitFor(assertion, 5000);

/** Looks that stand in the audit log: who, what, of which object. */
const looks = async () => {
  const lines = await dashboard.db.selectFrom('audit').selectAll().orderBy('id').execute();
  return lines
    .filter(({ action, outcome }) => /\.(shown|look|brief|read)$/.test(action) && outcome === 'done')
    .map(({ person, action, object }) => `${person} ${action} ${object}`);
};

/** Updates of an incident that came. */
const toldOf = ({ updates }: Pick<Page, 'updates'>, n: number) =>
  updates.filter((update) => update.type === 'incident' && update.incident.id === incidentId(n)).length;

describe('what a person was shown stands in the audit log', () => {
  test.each([
    ['/api/incidents', staff, [1, 2].map((n) => `c1-guard incident.shown ${incidentId(n)}`)],
    ['/api/devices', staff, ['c1-guard device.shown all']],
    ['/api/people', staff, ['c1-guard people.shown all']],
    ['/api/elders', otherRelative, ['c1-relative-2 elder.shown c1-r2']],
    ['/api/elders/c1-r2', otherRelative, ['c1-relative-2 elder.look c1-r2']],
    ['/api/dead-letters', manager, ['c1-manager letter.shown all']],
    ['/api/dead-letters/1', manager, ['c1-manager letter.look 1']],
    [
      '/api/fhir/Observation?subject=Patient/c1.c1-r2&date=ge2026-09-21&code=8867-4',
      otherRelative,
      ['c1-relative-2 fhir.read c1-r2/8867-4'],
    ],
  ])('%s', async (url, who, lines) => {
    dashboard.ingest.deadLetters.c1 = [deadLetterOf(1)];
    expect((await get(url, who)).statusCode).toBe(200);
    expect(await looks()).toEqual(lines);
  });

  test('a responder asking for their list', async () => {
    const assignments = [assignmentOf('a1', 'c1-station', 'assigned')];
    dashboard.incidents.change(incidentOf(2, { assignments }), 'assigned');
    await get('/api/my/incidents', responder);
    expect(await looks()).toEqual([`c1-station incident.shown ${incidentId(2)}`]);
  });

  test('again where it still stands there 15 minutes later, and not at every refresh', async () => {
    const cookie = await dashboard.signIn();
    const ask = () => get('/api/people', staff, cookie);
    await ask();
    await ask();
    expect(await looks()).toHaveLength(1);
    dashboard.clock.now += accessWindowMs;
    await ask();
    expect(await looks()).toHaveLength(2);
    await get('/api/people');
    expect(await looks()).toHaveLength(3);
  });

  test('by the snapshot of an open page, and by what it is told later', async () => {
    const page = await dashboard.openPage(await dashboard.signIn());
    await page.resync(0);
    const ofSnapshot = [1, 2].map((n) => `c1-guard incident.shown ${incidentId(n)}`);
    await soon(async () => expect(await looks()).toEqual(ofSnapshot));
    dashboard.incidents.change(incidentOf(3), 'opened');
    dashboard.live.wake();
    const ofUpdate = `c1-guard incident.shown ${incidentId(3)}`;
    await soon(async () => expect(await looks()).toEqual([...ofSnapshot, ofUpdate]));
    dashboard.incidents.change(incidentOf(3, { state: 'resolved' }), 'resolved');
    dashboard.live.wake();
    await soon(() => expect(toldOf(page, 3)).toBe(2));
    const [line] = await dashboard.db
      .selectFrom('audit')
      .selectAll()
      .where('object', '=', incidentId(3))
      .execute();
    expect(line).toMatchObject({ login: staff.login, community: 'c1', address: '127.0.0.1' });
    expect(await looks()).toHaveLength(3);
  });

  test('by what an open page missed', async () => {
    const page = await dashboard.openPage(await dashboard.signIn(manager));
    const { snapshot } = await page.resync(0);
    page.socket.disconnect();
    const other = await dashboard.openPage(await dashboard.signIn());
    await other.resync(0);
    dashboard.incidents.change(incidentOf(3), 'opened');
    dashboard.live.wake();
    await soon(() => expect(toldOf(other, 3)).toBe(1));
    const back = await dashboard.openPage(await dashboard.signIn(manager));
    const { updates = [] } = await back.resync(snapshot!.sequence);
    expect(toldOf({ updates }, 3)).toBe(1);
    const line = `c1-manager incident.shown ${incidentId(3)}`;
    await soon(async () => expect(await looks()).toContain(line));
  });

  test('by a message', async () => {
    const page = await dashboard.openPage(await dashboard.signIn(responder));
    await page.resync(0);
    const told = new Promise((resolve) => page.socket.once('notification', resolve));
    dashboard.incidents.messages.push({
      ...{ id: 'n-1', incident: incidentId(1), person: 'c1-station', channel: 'in-app', state: 'sent' },
      ...{ step: 1, attention: 1, about: 'alarm', possibleRepeat: false, createdAt: 1 },
    });
    dashboard.incidents.change(incidentOf(1), 'notified');
    dashboard.live.wake();
    await told;
    const line = `c1-station incident.shown ${incidentId(1)}`;
    await soon(async () => expect(await looks()).toContain(line));
  });
});

describe('while the audit log cannot be written', () => {
  const close = () => dashboard.db.schema.alterTable('audit').renameTo('audit_gone').execute();
  const open = () => dashboard.db.schema.alterTable('audit_gone').renameTo('audit').execute();

  test('a list is not shown', async () => {
    const cookie = await dashboard.signIn();
    await close();
    const answer = await get('/api/people', staff, cookie);
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'DASHBOARD_AUDIT_UNAVAILABLE']);
    await open();
    expect((await get('/api/people', staff, cookie)).statusCode).toBe(200);
    expect(await looks()).toEqual(['c1-guard people.shown all']);
  });

  test('an alarm is, and its line follows', async () => {
    const page = await dashboard.openPage(await dashboard.signIn());
    await page.resync(0);
    await soon(async () => expect(await looks()).toHaveLength(2));
    await close();
    dashboard.incidents.change(incidentOf(3), 'opened');
    dashboard.live.wake();
    await soon(() => expect(toldOf(page, 3)).toBe(1));
    await open();
    const line = `c1-guard incident.shown ${incidentId(3)}`;
    await soon(async () => expect(await looks()).toContain(line));
  });
});

test('a route that reads and does not say what it shows is not added', async () => {
  const app = Fastify() as unknown as App;
  auditAnswers(app, { write: async () => undefined });
  expect(() => app.get('/api/visitors', async () => ({ visitors: [] }))).toThrow(
    'GET /api/visitors does not say what it shows (config.shows)',
  );
  app.get('/api/health', { config: { withoutSignIn: true } }, async () => ({}));
  app.post('/api/visitors', async () => ({}));
});
