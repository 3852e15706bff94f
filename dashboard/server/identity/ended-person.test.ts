import type { Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { endPerson, restorePerson } from '#registry/end-person.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { manager } from '../../testing/test-community.ts';
import { startTestDashboard } from '../../testing/test-dashboard.ts';

test('who is ended has no session at once and cannot sign in; a colleague keeps theirs', async () => {
  const dashboard = await startTestDashboard();
  const cookie = await dashboard.signIn();
  const colleague = await dashboard.signIn(manager);
  const statusOf = async (of: string) =>
    (await dashboard.app.inject({ method: 'GET', url: '/api/session', headers: { cookie: of } })).statusCode;
  expect(await statusOf(cookie)).toBe(200);

  const registry = dashboard.db as unknown as Kysely<RegistryTables>;
  const guard = { community: 'c1', person: 'c1-guard' };
  expect(await endPerson(registry, guard)).toBe(true);
  expect(await statusOf(cookie)).toBe(401);
  expect(await statusOf(colleague)).toBe(200);
  await dashboard.refreshRegistry();
  await expect(dashboard.signIn()).rejects.toThrow('401');

  // Taken back, an old cookie stays worth nothing.
  await restorePerson(registry, guard);
  await dashboard.refreshRegistry();
  expect(await statusOf(cookie)).toBe(401);
  expect(await endPerson(registry, { community: 'c1', person: 'c1-ghost' })).toBe(false);
  await dashboard.close();
});
