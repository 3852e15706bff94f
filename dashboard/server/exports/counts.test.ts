import { afterEach, beforeEach, expect, test } from 'vitest';
import { manager, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
});
afterEach(() => dashboard.close());

const days = { from: '2026-11-22', to: '2026-11-24' };

async function ask(query: Record<string, string>, as = staff) {
  const cookie = await dashboard.signIn(as);
  const url = `/api/counts?${new URLSearchParams({ ...days, ...query })}`;
  const response = await dashboard.app.inject({ url, headers: { cookie } });
  return { status: response.statusCode, body: response.json(), headers: response.headers };
}

test.each([
  ['a guard', staff],
  ['a manager', manager],
])('%s reads counts of whole days of the own community', async (_who, as) => {
  dashboard.counted.answer = [{ name: 'b3', count: 4 }, { count: 1 }];
  const building = `3'栋" ; DROP`;
  expect(await ask({ of: 'incidents', by: 'kind', building, level: 'red' }, as)).toMatchObject({
    status: 200,
    body: { counts: [{ name: 'b3', count: 4 }, { count: 1 }] },
  });
  await ask({ of: 'events', by: 'level', kind: 'sos' }, as);
  const time = { from: Date.parse('2026-11-21T16:00:00Z'), to: Date.parse('2026-11-24T16:00:00Z') };
  expect(dashboard.counted.asked).toEqual([
    { of: 'incidents', by: 'kind', only: { building, level: 'red' }, community: 'c1', ...time },
    { of: 'events', by: 'level', only: { kind: 'sos' }, community: 'c1', ...time },
  ]);
});

test.each([
  [{ of: 'events', by: 'building' }, '/by'],
  [{ of: 'events', by: 'kind', building: 'b3' }, '/building'],
  [{ of: 'incidents', by: 'kind', to: '2026-11-21' }, '/to'],
  [{ of: 'incidents', by: 'kind', from: '2026-01-01' }, '/to'],
  [{ of: 'incidents', by: 'device' }, '/by'],
  [{ of: 'readings', by: 'kind' }, '/of'],
])('%j is refused before anything is counted', async (query, path) => {
  expect(await ask(query)).toMatchObject({
    status: 400,
    body: { code: 'DASHBOARD_REQUEST_INVALID', path },
  });
  expect(dashboard.counted.asked).toEqual([]);
});

test('while the store is away it is said when to ask again', async () => {
  dashboard.counted.answer = new Error('away');
  expect(await ask({ of: 'events', by: 'kind' })).toMatchObject({
    status: 503,
    body: { code: 'DASHBOARD_STORE_UNAVAILABLE' },
    headers: { 'retry-after': '30' },
  });
});
