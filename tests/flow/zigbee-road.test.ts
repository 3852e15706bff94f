import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import type { IncidentDetail } from '#contracts/rest.ts';
import { zigbeeDevices } from '#simulators/community.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';

const run = promisify(execFile);
let underTest: PlatformUnderTest;
let page: PageClient;

beforeAll(async () => {
  underTest = await startPlatformUnderTest();
  page = await underTest.openPage();
});
afterAll(async () => {
  page.close();
  await underTest.stop();
});

const soon = () => AbortSignal.timeout(20_000);
const detailOf = ({ id }: Incident) => page.rest<IncidentDetail>('GET', `/api/incidents/${id}`);

/** `mosquitto_pub` ends well only where the gateway has acknowledged the message. */
function publish(topic: string, payload: string) {
  const { port, password } = underTest.platform.devices.zigbee;
  return run(
    'mosquitto_pub',
    [
      ...['-h', '127.0.0.1', '-p', String(port), '-q', '1', '-u', 'zigbee2mqtt', '-P', password],
      ...['-t', `zigbee2mqtt/${topic}`, '-m', payload],
    ],
    { timeout: 10_000 },
  );
}

const devices = JSON.stringify(
  zigbeeDevices.map(({ id, ieee, keys }) => ({
    ieee_address: ieee,
    type: 'EndDevice',
    friendly_name: `3栋/${id}`,
    definition: {
      model: 'HS1SA-E',
      description: '',
      exposes: keys.map((key) => ({
        type: 'binary',
        name: key,
        property: key,
        value_on: true,
        value_off: false,
      })),
    },
  })),
);

test('smoke published as Zigbee2MQTT does it becomes one incident on the page', async () => {
  await publish('bridge/devices', devices);
  await publish('3栋/smoke-1', '{"smoke":true,"battery":90}');
  await publish('3栋/smoke-1', '{"smoke":true,"battery":89}');
  const incident = await page.waitForIncident(({ kind }) => kind === 'smoke', soon());
  expect(incident).toMatchObject({ level: 'red', lifeSafety: true, late: false, alarmCount: 1 });
  expect(incident.place.dwelling).toBe('b2u2-1005');
});

test('a call for help sent again after the gateway was killed stands once', async () => {
  const atButton = ({ kind, place }: Incident) => kind === 'sos' && place.dwelling === 'b2u2-1002';
  await publish('3栋/button-1', '{"sos":true,"linkquality":80}');
  const incident = await page.waitForIncident(atButton, soon());
  const { edge } = underTest.platform.processes;
  edge?.kill('SIGKILL');
  await edge?.nextReady();
  // A sender that did not see its PUBACK tells its devices and the same report again.
  await publish('bridge/devices', devices);
  await publish('3栋/button-1', '{"sos":true,"linkquality":80}');
  await publish('3栋/water-1', '{"water_leak":true}');
  await page.waitForIncident(({ kind }) => kind === 'water-leak', soon());
  const { timeline } = await detailOf(incident);
  expect(timeline.filter(({ type }) => type === 'alarm')).toHaveLength(1);
  expect([...page.incidents.values()].filter(atButton)).toHaveLength(1);
});
