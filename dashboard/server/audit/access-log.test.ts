import { expect, test, vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { DashboardError } from '../../errors.ts';
import type { Viewer } from '../identity/rights.ts';
import { createAccessLog, incidentsShown, maxWaiting } from './access-log.ts';
import type { Audit, TimedAuditEntry } from './audit.ts';

const who = (idHash: string) => ({
  viewer: { person: idHash, community: 'c1' } as Viewer,
  sessionFacts: { idHash } as never,
  ip: '::1',
});
const storm = incidentsShown(Array.from({ length: 10_000 }, (_, n) => ({ id: `i-${n}` })));

test('a storm on forty pages, with the disk full, keeps no more lines waiting than are stated', async () => {
  const lines: TimedAuditEntry[] = [];
  const disk = { isFull: true };
  const audit = {
    appendAll: async (entries: readonly TimedAuditEntry[]) => {
      if (disk.isFull) throw new DashboardError('DASHBOARD_AUDIT_UNAVAILABLE', 'full');
      lines.push(...entries);
    },
  };
  const log = createAccessLog({ audit: audit as Audit, log: silentLog(), now: () => 1 });
  for (let page = 0; page < 40; page++) log.sent(who(`s-${page}`), storm);
  expect(log.waiting).toBeLessThanOrEqual(maxWaiting + 40);
  disk.isFull = false;
  await vi.waitFor(() => expect(log.waiting).toBe(0), 10_000);
  expect(lines.slice(0, maxWaiting).map(({ object }) => object)).toEqual(
    storm.slice(0, maxWaiting).map(({ object }) => object),
  );
  // Everybody who was shown one stands there.
  expect(new Set(lines.map(({ person }) => person)).size).toBe(40);
  expect(new Set(lines.slice(maxWaiting).map(({ object }) => object))).toEqual(new Set(['all']));
  await log.close();
});

test('what was sent just before the end is written', async () => {
  const lines: TimedAuditEntry[] = [];
  const audit = { appendAll: async (entries: readonly TimedAuditEntry[]) => void lines.push(...entries) };
  const log = createAccessLog({ audit: audit as Audit, log: silentLog(), now: () => 1 });
  log.sent(who('s-1'), storm.slice(0, 1200));
  await log.close();
  expect(lines).toHaveLength(1200);
});
