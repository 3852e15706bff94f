import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { foreignStaff } from '../../testing/test-community.ts';
import { type Page, startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { incidentId, incidentOf } from '../../testing/test-dispatch.ts';

let dashboard: TestDashboard;
let cookie: string;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  cookie = await dashboard.signIn();
});
afterEach(() => dashboard.close());

/** A page that has its snapshot and follows. */
const follow = async (as = cookie): Promise<Page> => {
  const page = await dashboard.openPage(as);
  await page.resync(0);
  return page;
};

describe('a session that ends', () => {
  const signedOut = (page: Page) => new Promise<void>((resolve) => page.socket.once('signed-out', resolve));

  test('by signing out says so to its pages and lets them go, and no other', async () => {
    const [page, other] = [await follow(), await follow(await dashboard.signIn())];
    const told = signedOut(page);
    await dashboard.app.inject({ method: 'DELETE', url: '/api/session', headers: { cookie } });
    await told;
    await vi.waitFor(() => expect(page.socket.connected).toBe(false));
    expect(other.socket.connected).toBe(true);
  });

  test('because its time is over, says so to its pages', async () => {
    const told = signedOut(await follow());
    dashboard.clock.now += 46_800_000;
    await told;
  });

  test('because rights were taken away, says so to its pages', async () => {
    const told = signedOut(await follow());
    await dashboard.db.deleteFrom('person_right').where('person', '=', 'c1-guard').execute();
    await dashboard.refreshRegistry();
    await told;
  });

  test('does not end by idling while a page is connected: a wall asks for nothing', async () => {
    const page = await follow();
    const seenAt = async () =>
      (await dashboard.db.selectFrom('session').select('seen_at').execute())[0]?.seen_at;
    for (let hour = 1; hour <= 4; hour++) {
      dashboard.clock.now += 3_600_000;
      await vi.waitFor(async () => expect(await seenAt()).toBe(dashboard.clock.now));
    }
    expect(page.socket.connected).toBe(true);
  });
});

describe('messages of the in-app channel', () => {
  const message = (person: string) => ({
    id: `n-${person}`,
    incident: incidentId(1),
    person,
    channel: 'in-app' as const,
    state: 'sent' as const,
    step: 1,
    attention: 1,
    about: 'alarm' as const,
    possibleRepeat: false,
    createdAt: 1,
  });

  test('reach the person they are for, and dispatch is told when the page took them', async () => {
    const page = await follow();
    const foreign = await follow(await dashboard.signIn(foreignStaff));
    const shown: string[] = [];
    page.socket.on('notification', ({ id }, taken) => {
      shown.push(id);
      taken(true);
    });
    foreign.socket.on('notification', ({ id }) => shown.push(`foreign ${id}`));
    dashboard.incidents.messages.push(message('c1-guard'), message('c1-patrol'));
    dashboard.incidents.change(incidentOf(1), 'notified');
    dashboard.live.wake();
    await vi.waitFor(() => expect(dashboard.dispatch.asked).toHaveLength(1));
    expect(dashboard.dispatch.asked[0]).toMatchObject({
      path: '/deliveries',
      body: { deliveries: [{ person: 'c1-guard', notification: 'n-c1-guard' }] },
    });
    expect(shown).toEqual(['n-c1-guard']);
  });

  test('taken while one is told to dispatch are told together after it', async () => {
    const page = await follow();
    page.socket.on('notification', (_, taken) => taken(true));
    const many = Array.from({ length: 150 }, (_, n) => ({ ...message('c1-guard'), id: `n-${n}` }));
    dashboard.incidents.messages.push(...many);
    dashboard.incidents.change(incidentOf(1), 'notified');
    dashboard.live.wake();
    await vi.waitFor(() => expect(dashboard.incidents.messages).toHaveLength(0));
    const told = dashboard.dispatch.asked.map(({ body }) => (body.deliveries as unknown[]).length);
    expect(told.reduce((sum, count) => sum + count)).toBe(150);
    expect(told.length).toBeLessThan(10);
    expect(Math.max(...told)).toBeLessThanOrEqual(100);
  });

  test('that a page did not take are offered again after 5 s, and told delivered once', async () => {
    const page = await follow();
    const shown: string[] = [];
    page.socket.on('notification', ({ id }, taken) => {
      shown.push(id);
      if (shown.length > 1) taken(true);
    });
    dashboard.incidents.change(incidentOf(1), 'notified');
    dashboard.incidents.messages.push(message('c1-guard'));
    await vi.waitFor(() => expect(shown).toHaveLength(1));
    dashboard.clock.now += 5000;
    await vi.waitFor(() => expect(dashboard.dispatch.asked).toHaveLength(1));
    expect(shown).toHaveLength(2);
  });

  test('wait for a page and are offered as it comes', async () => {
    dashboard.incidents.change(incidentOf(1), 'notified');
    dashboard.incidents.messages.push(message('c1-guard'));
    const page = await dashboard.openPage(cookie);
    const shown = new Promise((resolve) => page.socket.once('notification', ({ id }) => resolve(id)));
    await page.resync(0);
    expect(await shown).toBe('n-c1-guard');
  });
});
