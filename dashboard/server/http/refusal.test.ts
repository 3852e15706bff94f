import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMetrics } from '#runtime/health.ts';
import { createLog } from '#runtime/log.ts';
import { staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { createDashboardMetrics } from '../metrics.ts';
import { createRefusalLog } from './refusal.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
});
afterEach(() => dashboard.close());

test('a thousand refusals of one network are counted one by one and logged as one line and their number', async () => {
  const metrics = createMetrics();
  const lines: { code?: string; network?: string; repeated?: number }[] = [];
  const log = createLog('test', 'silent');
  log.warn = ((fields: object) => lines.push(fields)) as typeof log.warn;
  const refusals = createRefusalLog(createDashboardMetrics(metrics), log);
  for (let n = 0; n < 1000; n++) refusals.refused('DASHBOARD_SIGN_IN_REFUSED', `2001:db8::${n % 9}`);
  refusals.refused('DASHBOARD_PAGES_FULL', '203.0.113.7');
  refusals.close();
  expect(lines).toEqual([
    { code: 'DASHBOARD_SIGN_IN_REFUSED', network: '2001:db8::/64' },
    { code: 'DASHBOARD_PAGES_FULL', network: '203.0.113.7' },
    { code: 'DASHBOARD_SIGN_IN_REFUSED', network: '2001:db8::/64', repeated: 999 },
  ]);
  expect(await metrics.metrics()).toContain(
    'dashboard_refusals_total{code="DASHBOARD_SIGN_IN_REFUSED"} 1000',
  );
});

test('a refused sign-in, code, request, origin and page are counted by their code', async () => {
  const post = (url: string, body: object, origin = dashboard.url) =>
    fetch(`${dashboard.url}${url}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(body),
    });
  await post('/api/session', { ...staff, password: 'not the password' });
  await post('/api/walls/enrol', { code: '12345678' });
  await post('/api/session', staff, 'http://evil.example');
  await fetch(`${dashboard.url}/api/incidents`);
  await fetch(`${dashboard.url}/live/?EIO=4&transport=polling`);
  const codes = {
    DASHBOARD_SIGN_IN_REFUSED: 1,
    DASHBOARD_WALL_CODE_REFUSED: 1,
    DASHBOARD_ORIGIN_REFUSED: 1,
    DASHBOARD_NOT_SIGNED_IN: 2,
    DASHBOARD_PAGES_FULL: 0,
  };
  for (const [code, count] of Object.entries(codes))
    expect([code, await dashboard.refused(code)]).toEqual([code, count]);
});
