import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGatewayClock } from '#edge/clock.ts';
import { createCounters } from '#edge/counters.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import { createTestFolder, openTestOutbox, sos } from '#edge/testing/open-test-outbox.ts';
import { Uplink } from '#edge/uplink/uplink.ts';
import { createSite, journalOf, receiveAt, recordsOf, startBroker } from '#ingest/testing/receiving.ts';
import { silentLog } from '#runtime/log.ts';
import { runScript } from '#warning/testing/run-script.ts';

/** The clock of the machine itself. */
const clock = () => createGatewayClock({ system: Date.now, monotonic: () => performance.now() });

function connect(outbox: Outbox, url: string): void {
  const uplink = new Uplink({
    outbox,
    clock: clock(),
    counters: createCounters(),
    log: silentLog(),
    url,
    community: 'c1',
    gateway: 'gw1',
    password: 'secret',
    heartbeatIntervalMs: 30_000,
    resendAfterMs: 1000,
    reconnectMaxMs: 250,
    adapters: () => ['watch-3g'],
    version: '0.1.0',
    onCommand: () => undefined,
    random: Math.random,
  });
  onTestFinished(() => uplink.close());
}

test('two agents from one copied card are named as such, and every alarm of both stands once', {
  timeout: 60_000,
}, async () => {
  const broker = await startBroker();
  onTestFinished(broker.close);
  const site = await createSite();
  onTestFinished(site.remove);
  const receiving = await receiveAt(site, broker.url);
  onTestFinished(receiving.close);
  await vi.waitFor(() => expect(receiving.listening).toBe(true), { timeout: 10_000 });

  const card = createTestFolder();
  const { outbox: before } = openTestOutbox(card);
  before.accept([sos('on the card')]);
  before.close();
  const copy = join(createTestFolder(), 'copy');
  cpSync(card, copy, { recursive: true });
  const { outbox: first } = openTestOutbox(card, { clock: clock() });
  const { outbox: second } = openTestOutbox(copy, { clock: clock() });
  first.accept([sos('of the first')]);
  second.accept([sos('of the second')]);
  connect(first, broker.url);
  connect(second, broker.url);

  await vi.waitFor(
    () => {
      const named = runScript(journalOf(site)).lines.filter(({ kind }) => kind === 'gateway-twin');
      expect(named).toMatchObject([{ transition: 'raised', gateway: 'gw1', level: 'orange' }]);
      expect(recordsOf(site)).toHaveLength(3);
    },
    { timeout: 50_000, interval: 200 },
  );
  const codes = recordsOf(site).map(({ body }) => (body.type === 'event' ? body.code : body.type));
  expect(codes.toSorted()).toEqual(['of the first', 'of the second', 'on the card']);
});
