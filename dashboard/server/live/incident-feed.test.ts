import { expect, onTestFinished, test, vi } from 'vitest';
import type { Incident, IncidentChange, IncidentReader } from '#contracts/incident.ts';
import { silentLog } from '#runtime/log.ts';
import { incidentId, incidentOf } from '../../testing/test-dispatch.ts';
import { startIncidentFeed } from './incident-feed.ts';
import { createRoom } from './room.ts';

/** A feed over a log of opened incidents, of which some cannot be read. */
async function startFeed(isBroken: (id: string) => boolean) {
  const opened: string[] = [];
  const told: string[] = [];
  const reader = {
    newestChange: async () => opened.length,
    changes: async (change: number) =>
      opened
        .slice(change)
        .map((incident, index) => ({ change: change + index + 1, incident }) as IncidentChange),
    find: async (id: string) => {
      if (isBroken(id)) throw new Error('database disk image is malformed');
      return incidentOf(1, { id });
    },
    timelineEnds: async () => [],
  } as Partial<IncidentReader> as IncidentReader;
  const room = createRoom({ community: 'c1', firstSequence: 0, now: () => 0, send: () => undefined });
  const feed = await startIncidentFeed({
    reader,
    room: () => room,
    onIncident: ({ id }: Incident) => told.push(id),
    onFlush: () => undefined,
    log: silentLog(),
    intervalMs: 1,
  });
  onTestFinished(() => feed.close());
  return { opened, told };
}

test('an alarm that cannot be read for a hundred tries comes to the page when it can, and keeps no other from it', async () => {
  let tries = 0;
  const { opened, told } = await startFeed((id) => id === incidentId(1) && tries++ < 100);
  opened.push(incidentId(1), incidentId(2));
  await vi.waitFor(() => expect(told).toEqual([incidentId(2)]));
  await vi.waitFor(() => expect(told).toEqual([incidentId(2), incidentId(1)]), 30_000);
});

test('of a log that is an older copy now, what comes next is told all the same', async () => {
  const { opened, told } = await startFeed(() => false);
  opened.push(incidentId(1), incidentId(2));
  await vi.waitFor(() => expect(told).toHaveLength(2));
  opened.length = 1;
  const lookedAt = opened.slice;
  const looked = new Promise<void>((resolve) => {
    opened.slice = (...range) => {
      opened.slice = lookedAt;
      resolve();
      return lookedAt.apply(opened, range);
    };
  });
  await looked;
  opened.push(incidentId(3));
  await vi.waitFor(() => expect(told).toContain(incidentId(3)));
});
