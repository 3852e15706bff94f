import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AssignmentState, assignmentStates } from '#contracts/facts/assignments.ts';
import { type Incident, incidentStates } from '#contracts/incident.ts';
import type { LiveUpdate } from '#contracts/socket-events.ts';
import { relative, responder } from '../../testing/test-community.ts';
import { type Page, startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { incidentId, incidentOf } from '../../testing/test-dispatch.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
});
afterEach(() => dashboard.close());

async function follow(account: typeof responder): Promise<Page> {
  const page = await dashboard.openPage(await dashboard.signIn(account));
  await page.resync(0);
  return page;
}

const to = (person: string, state: AssignmentState = 'assigned') => ({
  assignments: [{ id: 'a-1', person, personName: person, state, changedAt: 1 }],
});
const change = (...given: Parameters<TestDashboard['incidents']['change']>) => {
  dashboard.incidents.change(...given);
  dashboard.live.wake();
};
const told = (page: Page) => page.updates.map(({ type }) => type);

test('a responder’s snapshot holds what was brought to them and nothing of devices or gates', async () => {
  change(incidentOf(1), 'opened');
  change(incidentOf(2, to('c1-station')), 'opened');
  dashboard.liveState.devices.push({
    device: 'c1-watch',
    community: 'c1',
    gateway: 'gw1',
    state: 'live',
    revision: 1,
    latest: {},
  });
  const page = await dashboard.openPage(await dashboard.signIn(responder));
  const { snapshot } = await page.resync(0);
  expect(snapshot?.incidents.map(({ id }) => id)).toEqual([incidentId(2)]);
  expect([snapshot?.devices, snapshot?.gateways, snapshot?.gateEvents, snapshot?.commands]).toEqual([
    [],
    [],
    [],
    [],
  ]);
});

test('an incident comes to a responder when it is brought to them and goes when it is theirs no more', async () => {
  const page = await follow(responder);
  change(incidentOf(1), 'opened');
  change({ id: incidentId(1), ...to('c1-station') }, 'assigned');
  await vi.waitFor(() => expect(told(page)).toEqual(['incident']));
  change({ id: incidentId(1), ...to('c1-station', 'released') }, 'released');
  await vi.waitFor(() => expect(told(page)).toEqual(['incident', 'incident-removed']));
  expect(page.updates.map(({ sequence }) => sequence - page.updates[0]!.sequence)).toEqual([0, 1]);
});

test('what was brought to a responder while a page of theirs was given its snapshot goes from it when it is theirs no more', async () => {
  const page = await follow(responder);
  const { openFor } = dashboard.incidents;
  const reading = Promise.withResolvers<Incident[]>();
  const read = vi.spyOn(dashboard.incidents, 'openFor').mockReturnValueOnce(reading.promise);
  read.mockImplementation(openFor);
  const second = await dashboard.openPage(await dashboard.signIn(responder));
  const synced = second.resync(0);
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(1));
  change(incidentOf(1, to('c1-station')), 'opened');
  await vi.waitFor(() => expect(told(page)).toEqual(['incident']));
  // Read before the incident opened.
  reading.resolve([]);
  await synced;
  change({ id: incidentId(1), ...to('c1-station', 'released') }, 'released');
  await vi.waitFor(() => expect(told(page)).toEqual(['incident', 'incident-removed']));
  expect(told(second)).toEqual(['incident', 'incident-removed']);
});

test('an alarm comes to its responder though who was reached could not be read once', async () => {
  const page = await follow(responder);
  const { reachedBy } = dashboard.incidents;
  const failing = vi
    .spyOn(dashboard.incidents, 'reachedBy')
    .mockRejectedValueOnce(new Error('database is locked'));
  failing.mockImplementation(reachedBy);
  change(incidentOf(1, to('c1-station')), 'opened');
  change(incidentOf(2, to('c1-station')), 'opened');
  await vi.waitFor(() => {
    const ids = page.updates.map((update) => update.type === 'incident' && update.incident.id);
    expect(ids.toSorted()).toEqual([incidentId(1), incidentId(2)]);
  });
});

test('a relative’s page is told that something of their elder changed, and of no other', async () => {
  const page = await follow(relative);
  change(incidentOf(1, { place: { dwelling: 'c1-502', label: '3栋2单元502' } }), 'opened');
  change(incidentOf(2), 'opened');
  await vi.waitFor(() => expect(page.updates).toHaveLength(1));
  expect(page.updates[0]).toMatchObject({ type: 'elder', resident: 'c1-r1' });
});

test('a page that comes back is given what it missed, or a snapshot', async () => {
  const page = await follow(responder);
  change(incidentOf(1, to('c1-station')), 'opened');
  await vi.waitFor(() => expect(page.updates).toHaveLength(1));
  const { sequence } = page.updates[0]!;
  expect((await page.resync(sequence - 1)).updates).toHaveLength(1);
  await dashboard.restart();
  const again = await dashboard.openPage(await dashboard.signIn(responder));
  expect((await again.resync(sequence)).snapshot?.incidents).toHaveLength(1);
});

test('whatever happens to incidents, nothing of one that was not brought to them reaches a responder', async () => {
  const page = await follow(responder);
  const people = ['c1-station', 'c1-patrol'];
  const life = fc.array(
    fc.record({
      n: fc.integer({ min: 1, max: 4 }),
      state: fc.constantFrom(...incidentStates),
      person: fc.constantFrom(...people),
      assignment: fc.constantFrom(...assignmentStates),
      community: fc.constantFrom('c1', 'c2'),
    }),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(life, async (changes) => {
      page.updates.length = 0;
      const allowed = new Map<string, Set<number>>();
      for (const { n, state, person, assignment, community } of changes) {
        const id = incidentId(n);
        dashboard.incidents.change({ id, state, community, ...to(person, assignment) }, 'note');
        const incident = await dashboard.incidents.find(id);
        const isTheirs =
          community === 'c1' && (await dashboard.incidents.reachedBy(id)).includes('c1-station');
        if (isTheirs) allowed.set(id, (allowed.get(id) ?? new Set()).add(incident!.version));
      }
      // What was brought to them last of all has arrived, so all before it was told.
      dashboard.incidents.change({ id: incidentId(9), community: 'c1', ...to('c1-station') }, 'note');
      const last = await dashboard.incidents.find(incidentId(9));
      allowed.set(incidentId(9), new Set([last!.version]));
      dashboard.live.wake();
      const isLast = (update: LiveUpdate) =>
        update.type === 'incident' &&
        update.incident.id === incidentId(9) &&
        update.incident.version === last!.version;
      await vi.waitFor(() => expect(page.updates.some(isLast)).toBe(true));
      for (const update of page.updates) {
        if (update.type === 'incident-removed') continue;
        expect(update.type).toBe('incident');
        if (update.type !== 'incident') continue;
        expect(allowed.get(update.incident.id)?.has(update.incident.version)).toBe(true);
      }
    }),
    { numRuns: 20 },
  );
});
