import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { foreignStaff, otherRelative, relative, responder, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { incidentId, incidentOf } from '../../testing/test-dispatch.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
});
afterEach(() => dashboard.close());

const accounts = { staff, foreignStaff, responder, relative, otherRelative };
type Who = keyof typeof accounts;
const one = `/api/incidents/${incidentId(1)}`;
const request = 'request-0001';

async function ask(who: Who, method: 'GET' | 'POST', url: string, body?: object) {
  const cookie = await dashboard.signIn(accounts[who]);
  return dashboard.app.inject({ method, url, headers: { cookie }, ...(body && { body }) });
}

async function refusalsAudited(): Promise<(string | null)[][]> {
  const lines = await dashboard.db
    .selectFrom('audit')
    .selectAll()
    .where('outcome', '=', 'DASHBOARD_NOT_FOUND')
    .execute();
  return lines.map(({ person, action, object }) => [person, action, object]);
}

const assigned = (state: 'assigned' | 'accepted' | 'released') => ({
  assignments: [{ id: 'a-1', person: 'c1-station', personName: '微型消防站', state, changedAt: 1 }],
});

const lists: [Who, string, number][] = [
  ...['/api/incidents', '/api/devices', '/api/places', '/api/people'].flatMap(
    (url): [Who, string, number][] => [
      ['staff', url, 200],
      ['responder', url, 404],
      ['relative', url, 404],
    ],
  ),
  ['responder', '/api/my/incidents', 200],
  ['staff', '/api/my/incidents', 404],
  ['relative', '/api/my/incidents', 404],
  ['relative', '/api/elders', 200],
  ['relative', '/api/elders/c1-r1', 200],
  ['relative', '/api/elders/c1-r2', 404],
  ['otherRelative', '/api/elders/c1-r1', 404],
  ['staff', '/api/elders/c1-r1', 404],
  ['responder', '/api/elders/c1-r1', 404],
  ['staff', '/api/walls', 404],
  ['staff', '/api/walls/people', 404],
  ['relative', '/api/devices/c1-watch', 404],
  ['responder', '/api/devices/c1-watch', 404],
];

test.each(lists)(
  '%s asking for %s is answered %i; a refusal stands in the audit log',
  async (who, url, status) => {
    expect((await ask(who, 'GET', url)).statusCode).toBe(status);
    expect(await refusalsAudited()).toHaveLength(status === 404 ? 1 : 0);
  },
);

describe('a responder', () => {
  test('sees an incident that was brought to them, and no other', async () => {
    dashboard.incidents.change(incidentOf(1), 'opened');
    expect((await ask('responder', 'GET', one)).statusCode).toBe(404);
    dashboard.incidents.change({ id: incidentId(1), ...assigned('assigned') }, 'assigned');
    expect((await ask('responder', 'GET', one)).statusCode).toBe(200);
    expect((await ask('responder', 'GET', '/api/my/incidents')).json().incidents).toHaveLength(1);
    expect(await refusalsAudited()).toEqual([['c1-station', 'incident.look', incidentId(1)]]);
  });

  test('asking for a closed incident is told that there is none, and it is audited', async () => {
    dashboard.incidents.change(incidentOf(1, { state: 'resolved', ...assigned('accepted') }), 'resolved');
    const response = await ask('responder', 'GET', one);
    expect([response.statusCode, response.json().code]).toEqual([404, 'DASHBOARD_NOT_FOUND']);
    expect(await refusalsAudited()).toEqual([['c1-station', 'incident.look', incidentId(1)]]);
  });

  test('knows what to know on arrival while they go, and the audit log knows of it', async () => {
    dashboard.incidents.change(incidentOf(1, { callBack: '12345', ...assigned('accepted') }), 'opened');
    dashboard.incidents.change({ id: incidentId(1) }, 'note');
    const { arrivalInfo, timeline, incident } = (await ask('responder', 'GET', one)).json();
    expect(arrivalInfo).toEqual({
      residents: [{ id: 'c1-r1', livesAlone: true, arrivalNote: '听力不好，请用力敲门' }],
      family: [{ name: '家属', phone: '025-5550101' }],
    });
    expect(incident.callBack).toBe('12345');
    expect(timeline.map(({ type }: { type: string }) => type)).toEqual(['opened', 'note']);
    const accesses = await dashboard.db
      .selectFrom('audit')
      .select('action')
      .where('object', '=', incidentId(1))
      .execute();
    expect(accesses.map(({ action }) => action)).toEqual(['incident.look', 'incident.brief']);
  });

  test('told and not going is given neither notes nor whom to call', async () => {
    dashboard.incidents.change(incidentOf(1, { callBack: '12345' }), 'opened');
    dashboard.incidents.change({ id: incidentId(1) }, 'note');
    dashboard.incidents.messages.push({
      id: 'n-1',
      incident: incidentId(1),
      person: 'c1-station',
      channel: 'in-app',
      state: 'sent',
      step: 0,
      attention: 1,
      about: 'alarm',
      possibleRepeat: false,
      createdAt: 1,
    });
    const { arrivalInfo, timeline, incident } = (await ask('responder', 'GET', one)).json();
    expect([arrivalInfo, incident.callBack]).toEqual([undefined, undefined]);
    expect(timeline.map(({ type }: { type: string }) => type)).toEqual(['opened']);
  });

  test.each([
    ['takes it themselves', { person: 'c1-station', accept: true }, 200],
    ['sends somebody else', { person: 'c1-patrol' }, 404],
    ['puts themselves down without going', { person: 'c1-station' }, 404],
  ])('%s: answered as their relation allows', async (_what, body, status) => {
    dashboard.incidents.change(incidentOf(1, assigned('assigned')), 'opened');
    const response = await ask('responder', 'POST', `${one}/assignments`, { request, ...body });
    expect(response.statusCode).toBe(status);
    expect(dashboard.dispatch.asked).toHaveLength(status === 200 ? 1 : 0);
  });

  test.each(['acknowledge', 'resolve', 'reopen'])('does not %s', async (action) => {
    dashboard.incidents.change(incidentOf(1, assigned('accepted')), 'opened');
    const bodies: Record<string, object> = {
      acknowledge: { attention: 1 },
      resolve: { outcome: 'false' },
      reopen: {},
    };
    const response = await ask('responder', 'POST', `${one}/${action}`, { request, ...bodies[action] });
    expect(response.statusCode).toBe(404);
    expect(dashboard.dispatch.asked).toEqual([]);
  });

  test('moves their own assignment and no one else’s', async () => {
    dashboard.incidents.change(incidentOf(1, assigned('accepted')), 'opened');
    const move = (id: string) =>
      ask('responder', 'POST', `${one}/assignments/${id}`, { request, to: 'on-scene' });
    expect((await move('a-1')).statusCode).toBe(200);
    dashboard.incidents.change(
      {
        id: incidentId(1),
        assignments: [
          ...assigned('accepted').assignments,
          { id: 'a-2', person: 'c1-patrol', personName: '巡逻员', state: 'accepted', changedAt: 1 },
        ],
      },
      'assigned',
    );
    expect((await move('a-2')).statusCode).toBe(404);
  });
});

describe('staff', () => {
  test('know what to know on arrival while the incident is open, not after', async () => {
    dashboard.incidents.change(incidentOf(1), 'opened');
    expect((await ask('staff', 'GET', one)).json().arrivalInfo).toBeDefined();
    dashboard.incidents.change({ id: incidentId(1), state: 'resolved' }, 'resolved');
    expect((await ask('staff', 'GET', one)).json().arrivalInfo).toBeUndefined();
  });

  test('send responders, never relatives', async () => {
    dashboard.incidents.change(incidentOf(1), 'opened');
    const send = async (person: string) =>
      (await ask('staff', 'POST', `${one}/assignments`, { request, person })).statusCode;
    expect([await send('c1-station'), await send('c1-relative')]).toEqual([200, 400]);
  });

  test('of another community find nothing', async () => {
    dashboard.incidents.change(incidentOf(1), 'opened');
    expect((await ask('foreignStaff', 'GET', one)).statusCode).toBe(404);
  });
});
