import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CommandView } from '#contracts/command.ts';
import type { CommandIssued } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import type { IncidentDetail } from '#contracts/rest.ts';
import { gateMac, zigbeeDevices } from '#simulators/community.ts';
import { createDoorControl, type DoorControl } from '#simulators/devices/door-control.ts';
import { createGateTerminal } from '#simulators/devices/gate.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';

const run = promisify(execFile);
const signIn = { username: 'opener', password: 'a-door-password' };
const folder = mkdtempSync(join(tmpdir(), 'terminals-'));
let underTest: PlatformUnderTest;
let page: PageClient;
let terminal: DoorControl;
const seen: CommandView[] = [];

beforeAll(async () => {
  terminal = await createDoorControl({ accounts: { [signIn.username]: signIn.password } });
  const terminals = {
    [gateMac(0)]: { url: terminal.url, ...signIn },
    // Nothing listens there: a terminal without power.
    [gateMac(1)]: { url: 'http://127.0.0.1:1', ...signIn },
    [gateMac(2)]: { url: terminal.url, ...signIn, password: 'another' },
  };
  const file = join(folder, 'terminals.json');
  writeFileSync(file, JSON.stringify({ terminals }));
  underTest = await startPlatformUnderTest({ env: { EDGE_HIKVISION_TERMINALS_FILE: file } });
  page = await underTest.openPage();
  page.onUpdate((update) => {
    if (update.type === 'commands') seen.push(...update.commands);
  });
});
afterAll(async () => {
  page.close();
  await underTest.stop();
  await terminal.close();
  rmSync(folder, { recursive: true });
});

const waited = { timeout: 20_000, interval: 20 };

function open(device: string, reason = '送餐开门', request: string = crypto.randomUUID()) {
  return page.rest<CommandIssued>('POST', '/api/commands', { request, device, action: 'open-door', reason });
}

const statesOf = (id: string) => seen.filter((command) => command.id === id).map(({ state }) => state);

async function endOf(id: string): Promise<CommandView | undefined> {
  const last = () => seen.findLast((command) => command.id === id);
  await vi.waitFor(() => expect(['sent', 'received', undefined]).not.toContain(last()?.state), waited);
  return last();
}

test('a gate is forced, somebody opens it with a reason, and the page follows it to the open door', async () => {
  const gate = createGateTerminal({
    url: underTest.platform.devices.gateUrl,
    mac: gateMac(0),
    doorNo: 1,
    now: Date.now,
  });
  await gate.forced();
  await gate.close();
  await page.waitForIncident(({ kind }) => kind === 'door-forced', AbortSignal.timeout(20_000));

  const request = crypto.randomUUID();
  const { command } = await open('gate-east-in', '访客：查看被撬的门', request);
  expect(await endOf(command), underTest.outputOf('edge')).toMatchObject({
    state: 'done',
    device: 'gate-east-in',
    reason: '访客：查看被撬的门',
    actorName: expect.any(String),
  });
  expect(statesOf(command).at(-1)).toBe('done');
  expect(await open('gate-east-in', '访客：查看被撬的门', request)).toEqual({ command });
  expect(terminal.openings).toEqual([
    {
      path: '/ISAPI/AccessControl/RemoteControl/door/1',
      body: '<RemoteControlDoor><cmd>open</cmd></RemoteControlDoor>',
    },
  ]);
  const again = await underTest.openPage();
  expect(again.snapshot.commands).toMatchObject([{ id: command, state: 'done' }]);
  again.close();
  expect([...page.incidents.values()].map(({ kind }) => kind)).toEqual(['door-forced']);
});

test.each([
  ['without power', 'gate-east-out', 'device-unreachable'],
  ['that refuses the sign-in', 'gate-west-in', 'device-refused-sign-in'],
  ['that the gateway does not know', 'gate-west-out', 'device-unknown'],
])('a terminal %s failed, and the page is told why', async (_what, device, because) => {
  const before = terminal.openings.length;
  const { command } = await open(device);
  expect(await endOf(command)).toMatchObject({ state: 'failed', because });
  expect(terminal.openings).toHaveLength(before);
});

test.each([
  ['a reason too short', { device: 'gate-east-in', action: 'open-door', reason: 'x' }, '400'],
  ['a reason too long', { device: 'gate-east-in', action: 'open-door', reason: 'x'.repeat(201) }, '400'],
  ['a device that is not there', { device: 'gate-none', action: 'open-door', reason: '送餐开门' }, '404'],
  ['a device without door', { device: 'watch-1', action: 'open-door', reason: '送餐开门' }, 'ACTION_UNKNOWN'],
])('%s is refused and reaches no terminal', async (_what, body, said) => {
  const before = terminal.openings.length;
  await expect(page.rest('POST', '/api/commands', { request: crypto.randomUUID(), ...body })).rejects.toThrow(
    said,
  );
  expect(terminal.openings).toHaveLength(before);
});

test('who opened what stands in the audit log, begun and done, without the reason', async () => {
  const db = new DatabaseSync(join(underTest.dataDir, 'registry.db'), { readOnly: true });
  const lines = db
    .prepare("SELECT * FROM audit WHERE action = 'command.issue' AND object = 'gate-east-in'")
    .all();
  db.close();
  expect(lines.map(({ outcome }) => outcome).slice(0, 2)).toEqual(['begun', 'done']);
  expect(JSON.stringify(lines)).not.toContain('访客');
});

test('no secret of a terminal is written to any log', () => {
  for (const name of ['edge', 'dispatch', 'dashboard', 'ingest']) {
    expect(underTest.outputOf(name)).not.toContain(signIn.password);
  }
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
  // Killed within a tenth of a second of the alarm before, the agent may not know it, and says so of the repeat.
  const reported = join(underTest.dataDir, 'gateways', 'demo.gw-1', 'zigbee2mqtt', 'told-values.json');
  await vi.waitFor(() => expect(readFileSync(reported, 'utf8')).toContain(' sos"'), waited);
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

test('a gateway that is away is refused at once', async () => {
  await underTest.platform.processes.edge?.stop();
  const refused = () => open('gate-east-in');
  await vi.waitFor(() => expect(refused()).rejects.toThrow('GATEWAY_OFFLINE'), waited);
});
