import { afterEach, beforeEach, expect, test } from 'vitest';
import { staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard({ secureCookie: true });
});
afterEach(() => dashboard.close());

const signIn = (headers: Record<string, string>, remoteAddress: string) =>
  dashboard.app.inject({ method: 'POST', url: '/api/session', body: staff, headers, remoteAddress });

test('behind a proxy that speaks TLS the cookie is sent over TLS only', async () => {
  const response = await signIn({ 'x-forwarded-proto': 'https' }, '127.0.0.1');
  expect(response.cookies).toHaveLength(2);
  for (const cookie of response.cookies) {
    expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' });
  }
  expect(response.headers['strict-transport-security']).toMatch(/max-age/);
});

test.each([
  ['without the proxy saying so', {}, '127.0.0.1'],
  ['from an address that is not the proxy', { 'x-forwarded-proto': 'https' }, '10.0.0.7'],
])('signing in %s is refused, saying what to set', async (_what, headers, address) => {
  const response = await signIn(headers as Record<string, string>, address);
  expect([response.statusCode, response.json().code]).toEqual([400, 'DASHBOARD_TLS_REQUIRED']);
  expect(response.json().message).toContain('DASHBOARD_TRUSTED_PROXY');
});

test('the audit log names the address behind the proxy', async () => {
  await signIn({ 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.1.2.3' }, '127.0.0.1');
  const line = await dashboard.db.selectFrom('audit').select('address').executeTakeFirst();
  expect(line?.address).toBe('10.1.2.3');
});
