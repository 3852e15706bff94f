import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
});
afterEach(() => dashboard.close());

const get = (url: string) => dashboard.app.inject({ method: 'GET', url });
const pages = ['console', 'responder', 'family'];
const build = () => {
  const dist = join(dashboard.folder, 'dist');
  for (const page of pages) {
    mkdirSync(join(dist, page), { recursive: true });
    writeFileSync(join(dist, page, 'index.html'), `<!doctype html><title>${page}</title>`);
  }
  mkdirSync(join(dist, 'assets'));
  writeFileSync(join(dist, 'assets/page-4f2a.js'), 'export {};');
  writeFileSync(join(dashboard.folder, 'outside.txt'), 'outside');
};

test('pages that are not built are replaced by one that says what to run', async () => {
  const response = await get('/console/');
  expect(response.statusCode).toBe(503);
  expect(response.body).toContain('npm run build');
});

test('pages are never cached, but what carries a hash in its name always', async () => {
  build();
  expect((await get('/')).headers.location).toBe('/console/');
  for (const page of pages) {
    for (const url of [`/${page}`, `/${page}/`, `/${page}/incidents/7`]) {
      const answer = await get(url);
      expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'no-cache']);
      expect(answer.body).toContain(`<title>${page}</title>`);
    }
  }
  const script = await get('/assets/page-4f2a.js');
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

test.each([
  '/assets/gone.js',
  '/console/gone.js',
  '/responder/gone.js',
  '/familyalbum',
  '/api/gone',
  '/..%2foutside.txt',
  '/%2e%2e/outside.txt',
])('%s is not found', async (url) => {
  build();
  const response = await get(url);
  expect(response.statusCode).toBeGreaterThanOrEqual(403);
  expect(response.body).not.toContain('outside\n');
  expect(response.json().code).toBeDefined();
});

test('pages run own scripts only, and on a plain network are not told to use TLS', async () => {
  build();
  const { headers } = await get('/console/');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self' 'unsafe-inline';");
  expect(policy).not.toContain('upgrade-insecure-requests');
  expect(headers['strict-transport-security']).toBeUndefined();
});
