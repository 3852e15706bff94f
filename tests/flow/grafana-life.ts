import { randomBytes } from 'node:crypto';
import mqtt from 'mqtt';
import { expect, vi } from 'vitest';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import { type GatewayState, schemaVersion, type TelemetryMessage } from '#contracts/gateway-messages.ts';
import { toTimestamp } from '#contracts/time.ts';
import { buildTopic } from '#contracts/topics.ts';
import type { InfluxQuery } from '#ingest/store/influx/influx-query.ts';
import { registryFile } from '#provisioning/prepare.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import { demoCommunity, gateMac, watchId } from '#simulators/community.ts';
import { createGateTerminal } from '#simulators/devices/gate.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { deviceScenarios } from '#simulators/scenarios/device-scenarios.ts';
import type { PlatformUnderTest } from '#tests/platform-under-test.ts';

/** What devices, people and a late gateway do for the dashboards to show; ends when everything was sent. */
export async function liveForDashboards(underTest: PlatformUnderTest, ask: InfluxQuery): Promise<void> {
  await Promise.all([
    liveWithWatches(underTest, ask),
    passGates(underTest),
    handleIncidents(underTest),
    publishLateAndGap(underTest),
  ]);
}

/** Forty watches: one is not worn, one has a low battery. A watch not yet connected says nothing, so all say it again. */
async function liveWithWatches(underTest: PlatformUnderTest, ask: InfluxQuery): Promise<void> {
  const watches = Array.from({ length: 40 }, (_, index) =>
    connectWatch({ id: watchId(index), host: '127.0.0.1', port: underTest.ports.watch3gPort, now: Date.now }),
  );
  const heard = `SELECT count("n") AS "n" FROM
    (SELECT last("value") AS "n" FROM "reading" WHERE "quantity" = 'steps' AND "value" > 0 GROUP BY "device")`;
  await vi.waitFor(
    async () => {
      watches.forEach((watch, index) => {
        watch.keepAlive({ steps: 100 + index, battery: index === 13 ? 9 : 80 });
        // A pulse of 0 is what a watch says that lies on a table; whatever else it measured would say it is worn.
        watch.heartRate(index === 11 ? 0 : 70);
        if (index === 11) return;
        watch.oxygen(97);
        watch.bloodPressure(128, 82);
        watch.temperature(36.6);
      });
      expect(await ask(heard)).toMatchObject([{ n: 40 }]);
    },
    { timeout: 30_000, interval: 500 },
  );
  await Promise.all(watches.map((watch) => watch.close()));
}

async function passGates(underTest: PlatformUnderTest): Promise<void> {
  const gate = createGateTerminal({
    url: underTest.platform.devices.gateUrl,
    mac: gateMac(0),
    doorNo: 1,
    now: Date.now,
  });
  await gate.grantedByCard('17');
  await gate.deniedUnknownCard('4711');
  await gate.close();
}

/** Plays every scenario; one is accepted, reached and real, one was false, the others are acknowledged alone. */
async function handleIncidents(underTest: PlatformUnderTest): Promise<void> {
  const page = await underTest.openPage();
  const request = () => crypto.randomUUID();
  for (const [name, { send, fits }] of Object.entries(deviceScenarios)) {
    const device = send(underTest.platform.devices, () => undefined);
    const { id, attention } = await page.waitForIncident(fits, AbortSignal.timeout(20_000));
    await page.rest('POST', `/api/incidents/${id}/acknowledge`, { attention, request: request() });
    if (name === 'sos') {
      const assignments = `/api/incidents/${id}/assignments`;
      const { assignment } = await page.rest<ActionDone>('POST', assignments, {
        person: 'station-1',
        request: request(),
      });
      for (const to of ['accepted', 'on-scene']) {
        await page.rest('POST', `${assignments}/${assignment}`, { to, request: request() });
      }
    }
    const outcome = { sos: 'real', fire: 'false' }[name];
    if (outcome) await page.rest('POST', `/api/incidents/${id}/resolve`, { outcome, request: request() });
    await device.close();
  }
  page.close();
}

/** A second gateway that held a reading and an event for too long, and had to let seven records go. */
async function publishLateAndGap(underTest: PlatformUnderTest): Promise<void> {
  const gateway = 'gw-late';
  const address = 'watch-3g:9000000030';
  const password = await underTest.addGateway(gateway);
  const registry = openRegistryTables(registryFile(underTest.dataDir));
  await registry
    .insertInto('device')
    .values({
      community: demoCommunity,
      id: 'late-watch',
      gateway,
      address,
      class: 'watch',
      name: '手表',
    } as never)
    .execute();
  await registry.destroy();
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${underTest.ports.tcpPort}`, {
    username: `${demoCommunity}.${gateway}`,
    password,
  });
  const topic = (name: 'state' | 'telemetry') => buildTopic({ name, community: demoCommunity, gateway });
  const at = toTimestamp(Date.now() - 600_000);
  const birth: GatewayState = {
    schemaVersion,
    status: 'birth',
    session: randomBytes(8).toString('hex'),
    at: toTimestamp(Date.now()),
    held: [],
    heartbeatIntervalMs: 600_000,
  };
  const record = (sequence: number, body: TelemetryMessage['records'][number]['body']) => ({
    epoch: '9f86d081884c7d65',
    lane: 'telemetry' as const,
    sequence,
    device: address,
    capturedAt: at,
    heldMs: 600_000,
    clock: { state: 'synchronized' as const },
    body,
  });
  const message: TelemetryMessage = {
    schemaVersion,
    records: [
      record(7, { type: 'gap', from: 1, reason: 'quota' }),
      record(8, { type: 'reading', quantity: 'heart-rate', value: 66, unit: '/min' }),
      record(9, { type: 'event', kind: 'fence-entered' }),
    ],
  };
  await client.publishAsync(topic('state'), JSON.stringify(birth), { qos: 1, retain: true });
  await client.publishAsync(topic('telemetry'), JSON.stringify(message), { qos: 1 });
  await client.endAsync();
}
