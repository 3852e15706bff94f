import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LiveUpdate } from '#contracts/socket-events.ts';
import type { DeviceState } from '#contracts/warning-transition.ts';
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

const incidentsOf = (updates: LiveUpdate[]) => updates.filter((update) => update.type === 'incident');
/** A page that has its snapshot and follows. */
const follow = async (as = cookie): Promise<Page & { sequence: number }> => {
  const page = await dashboard.openPage(as);
  const { snapshot } = await page.resync(0);
  return { ...page, sequence: snapshot!.sequence };
};
const ended = (page: Page) => new Promise<string>((resolve) => page.socket.once('disconnect', resolve));

describe('who may listen', () => {
  test.each(['', 'shouwang-session=forged.signature'])('nobody without a session (%s)', async (forged) => {
    await expect(dashboard.openPage(forged)).rejects.toThrow('websocket error');
  });

  test('no page of another origin, session or not', async () => {
    const socket = io(dashboard.url, {
      path: '/live',
      transports: ['websocket'],
      reconnection: false,
      extraHeaders: { cookie, origin: 'http://evil.example' },
    });
    await new Promise((resolve) => socket.once('connect_error', resolve));
    expect(socket.connected).toBe(false);
    socket.close();
    expect(dashboard.live.connections).toBe(0);
  });

  test('staff hear their own community alone', async () => {
    const own = await follow();
    const foreign = await follow(await dashboard.signIn(foreignStaff));
    dashboard.incidents.change(incidentOf(1), 'opened');
    dashboard.incidents.change(incidentOf(2, { community: 'c2' }), 'opened');
    dashboard.live.wake();
    await vi.waitFor(() => expect([own.updates.length, foreign.updates.length]).toEqual([1, 1]));
    expect(incidentsOf(own.updates)[0]).toMatchObject({ incident: { id: incidentId(1) } });
    expect(incidentsOf(foreign.updates)[0]).toMatchObject({ incident: { id: incidentId(2) } });
    expect((await foreign.resync(0)).snapshot?.incidents.map(({ id }) => id)).toEqual([incidentId(2)]);
  });
});

describe('a page that follows', () => {
  test('gets every change in the newest state with the new lines, sequences rising by 1', async () => {
    const page = await follow();
    dashboard.incidents.change(incidentOf(1), 'opened');
    dashboard.live.wake();
    await vi.waitFor(() => expect(page.updates).toHaveLength(1));
    dashboard.incidents.change({ id: incidentId(1), state: 'acknowledged' }, 'acknowledged');
    dashboard.incidents.change({ id: incidentId(1) }, 'note');
    dashboard.live.wake();
    await vi.waitFor(() => expect(page.updates).toHaveLength(2));
    expect(incidentsOf(page.updates)).toMatchObject([
      { sequence: page.sequence + 1, incident: { state: 'new', version: 1 }, timeline: [{ type: 'opened' }] },
      {
        sequence: page.sequence + 2,
        incident: { state: 'acknowledged', version: 3 },
        timeline: [{ type: 'acknowledged' }, { type: 'note' }],
      },
    ]);
  });

  test('hears of an incident without being woken too', async () => {
    const page = await follow();
    dashboard.incidents.change(incidentOf(1), 'opened');
    await vi.waitFor(() => expect(page.updates).toHaveLength(1));
  });

  test('hears of devices without vitals, of gateways that changed, and of the gates', async () => {
    const watch: DeviceState = {
      device: 'c1-watch',
      community: 'c1',
      gateway: 'gw1',
      state: 'live',
      revision: 1,
      latest: { battery: { capturedAt: 1, value: 80 }, 'heart-rate': { capturedAt: 1, value: 72 } },
    };
    const passage = { device: 'c1-gate', kind: 'access-granted', active: true, capturedAt: 1, receivedAt: 1 };
    dashboard.liveState.devices = [watch];
    dashboard.liveState.gateways = [{ community: 'c1', gateway: 'gw1', state: 'live' }];
    dashboard.gateEvents.push({ ...passage, community: 'c1', position: 7, late: false });
    const page = await dashboard.openPage(cookie);
    const { snapshot } = await page.resync(0);
    const seen = { ...watch, latest: { battery: { capturedAt: 1, value: 80 } } };
    expect(snapshot).toMatchObject({
      devices: [seen],
      gateways: [{ state: 'live' }],
      gateEvents: [{ position: 7 }],
    });
    expect(snapshot?.devices).toEqual([seen]);

    dashboard.liveState.gateways = [{ community: 'c1', gateway: 'gw1', state: 'catching-up' }];
    await vi.waitFor(() => expect(page.updates.some(({ type }) => type === 'gateways')).toBe(true));
    page.updates.length = 0;
    dashboard.liveState.devices = [{ ...watch, state: 'stale', revision: 2 }];
    dashboard.liveState.gateways = [{ community: 'c1', gateway: 'gw1', state: 'stale' }];
    dashboard.gateEvents.push({ ...passage, community: 'c1', position: 9, late: false });
    await vi.waitFor(() => expect(page.updates).toHaveLength(3));
    expect(page.updates).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'devices', devices: [{ ...seen, state: 'stale', revision: 2 }] }),
        expect.objectContaining({
          type: 'gateways',
          gateways: [{ community: 'c1', gateway: 'gw1', state: 'stale' }],
        }),
        expect.objectContaining({
          type: 'gate-events',
          gateEvents: [{ ...passage, position: 9, late: false }],
        }),
      ]),
    );
  });

  test('goes on hearing while one incident cannot be read, and hears of it when it can', async () => {
    const page = await follow();
    const { find } = dashboard.incidents;
    let isBroken = true;
    dashboard.incidents.find = async (id) => {
      if (isBroken && id === incidentId(1)) throw new Error('not readable');
      return find(id);
    };
    dashboard.incidents.change(incidentOf(1), 'opened');
    dashboard.incidents.change(incidentOf(2), 'opened');
    dashboard.live.wake();
    await vi.waitFor(() => expect(page.updates).toHaveLength(1));
    isBroken = false;
    await vi.waitFor(() => expect(page.updates).toHaveLength(2));
    expect(incidentsOf(page.updates).map(({ incident }) => incident.id)).toEqual([
      incidentId(2),
      incidentId(1),
    ]);
  });

  test('that stops reading is let go, and no other with it', async () => {
    const slow = await follow();
    const quick = await follow();
    const gone = ended(slow);
    // As a phone out of reach: nothing is taken from its connection any more.
    const { transport } = slow.socket.io.engine as unknown as {
      transport: { ws: { _socket: { pause(): void; resume(): void } } };
    };
    transport.ws._socket.pause();
    const summary = { zh: '长'.repeat(500), en: 'x'.repeat(500) };
    // Batches the quick page has taken before the next: only the one that stopped may fall behind.
    const batch = 500;
    for (let sent = 0; dashboard.live.connections > 1 && sent < 20_000; sent += batch) {
      for (let n = sent + 1; n <= sent + batch; n++) {
        dashboard.incidents.change(incidentOf(n, { summary }), 'opened');
      }
      dashboard.live.wake();
      await vi.waitFor(() => expect(quick.updates.length).toBe(sent + batch), { timeout: 10_000 });
    }
    expect(dashboard.live.connections).toBe(1);
    transport.ws._socket.resume();
    // Not "io server disconnect", after which a page would not come back by itself.
    expect(await gone).toBe('transport close');
  });
});

describe('a page that comes back', () => {
  test('gets exactly the updates it missed', async () => {
    const page = await follow();
    page.socket.close();
    for (let n = 1; n <= 3; n++) dashboard.incidents.change(incidentOf(n), 'opened');
    const watcher = await follow();
    await vi.waitFor(async () => {
      const { updates } = await watcher.resync(page.sequence);
      expect(updates?.map(({ sequence }) => sequence - page.sequence)).toEqual([1, 2, 3]);
    });
    const back = await dashboard.openPage(cookie);
    const { updates } = await back.resync(page.sequence + 1);
    expect(incidentsOf(updates ?? []).map(({ incident }) => incident.id)).toEqual([
      incidentId(2),
      incidentId(3),
    ]);
    expect(await back.resync(page.sequence + 3)).toEqual({ updates: [] });
  });

  test('gets a snapshot after the server started anew', async () => {
    const page = await follow();
    dashboard.incidents.change(incidentOf(1), 'opened');
    await vi.waitFor(() => expect(page.updates).toHaveLength(1));
    await dashboard.restart();
    const back = await dashboard.openPage(cookie);
    const { snapshot } = await back.resync(page.sequence + 1);
    expect(snapshot?.incidents.map(({ id }) => id)).toEqual([incidentId(1)]);
    expect(snapshot?.sequence).toBeGreaterThan(page.sequence + 1);
  });

  test('misses nothing that happens while its snapshot is read', async () => {
    const { list } = dashboard.incidents;
    const other = await follow();
    dashboard.incidents.list = async (...options) => {
      const before = await list(...options);
      dashboard.incidents.change(incidentOf(1), 'opened');
      dashboard.live.wake();
      await vi.waitFor(() => expect(other.updates).toHaveLength(1));
      return before;
    };
    const page = await dashboard.openPage(cookie);
    const { snapshot } = await page.resync(0);
    expect(snapshot?.incidents).toEqual([]);
    await vi.waitFor(() => expect(page.updates).toHaveLength(1));
    expect(page.updates[0]?.sequence).toBe(snapshot!.sequence + 1);
  });

  test('hears what happens although its snapshot cannot be read', async () => {
    const page = await dashboard.openPage(cookie);
    dashboard.incidents.list = () => Promise.reject(new Error('not readable'));
    expect(await page.resync(0)).toEqual({ error: 'DASHBOARD_FAILED' });
    dashboard.incidents.change(incidentOf(1), 'opened');
    dashboard.live.wake();
    await vi.waitFor(() => expect(page.updates).toHaveLength(1));
  });

  test.each([{}, { sequence: '5' }, { sequence: 1.5 }, null, { sequence: 1, more: true }])(
    'asking with %j is refused and leaves the connection open',
    async (from) => {
      const page = await dashboard.openPage(cookie);
      const answer = await page.socket.timeout(5000).emitWithAck('resync', from as never);
      expect(answer).toEqual({ error: expect.stringMatching(/^DASHBOARD_REQUEST_INVALID/) });
      expect(page.socket.connected).toBe(true);
    },
  );

  test('again and again is answered LIVE_BUSY with the wait, and neither its updates nor other pages wait', async () => {
    const [page, other] = [await dashboard.openPage(cookie), await dashboard.openPage(cookie)];
    const list = vi.spyOn(dashboard.incidents, 'list');
    for (let asked = 0; asked < 20; asked += 1) {
      expect(await page.resync(0)).toHaveProperty('snapshot');
    }
    dashboard.clock.now += 1000;
    expect(await page.resync(0)).toEqual({ error: 'LIVE_BUSY', waitMs: 4000 });
    expect(await dashboard.refused('DASHBOARD_TOO_MANY_REQUESTS')).toBe(1);
    expect(list).toHaveBeenCalledTimes(20);
    expect(await other.resync(0)).toHaveProperty('snapshot');
    dashboard.incidents.change(incidentOf(1), 'opened');
    dashboard.live.wake();
    await vi.waitFor(() => expect([page.updates.length, other.updates.length]).toEqual([1, 1]));
    dashboard.clock.now += 4000;
    expect(await page.resync(0)).toHaveProperty('snapshot');
  });
});
