import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { provisionCommunity } from '#provisioning/prepare.ts';
import { createDemoPlan, demoGateway, gateMac, zigbeeDevices } from '#simulators/community.ts';
import { createGateTerminal } from '#simulators/devices/gate.ts';
import { connectZigbeeBridge, type ZigbeeBridge } from '#simulators/devices/zigbee-bridge.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';

let underTest: PlatformUnderTest;
let page: PageClient;
let editor: string;
let bridge: ZigbeeBridge;

const exampleOf = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../edge/node-red/nodes/examples/${name}.json`, import.meta.url), 'utf8'),
  ) as object[];
const soon = () => AbortSignal.timeout(20_000);

/** A badge under duress that reaches `event in` is answered by a flow's own event. */
const duressFlow = [
  { id: 'a1', type: 'tab', label: 'Duress' },
  {
    id: 'a2',
    type: 'shouwang-event-in',
    z: 'a1',
    kinds: 'duress',
    device: 'hikvision-isapi:',
    wires: [['a3']],
  },
  {
    id: 'a3',
    type: 'change',
    z: 'a1',
    rules: [{ t: 'set', p: 'payload', pt: 'msg', to: '"heard " & device', tot: 'jsonata' }],
    wires: [['a4']],
  },
  {
    id: 'a4',
    type: 'shouwang-publish',
    z: 'a1',
    device: 'door-1',
    what: 'event',
    kind: 'water-leak',
    wires: [[]],
  },
];

const sirenAddress = 'zigbee2mqtt:00124b0000000007';
const lockAddress = 'zigbee2mqtt:00124b0000000006';
const repeatedRequest = '6f0f4d0e-6a0d-4a8e-9a53-0d6a3f1f7f10';
/** An SOS starts the siren, asked twice over with one request; and asks for what flows may not. */
const sirenFlow = [
  { id: 'b1', type: 'tab', label: 'Siren' },
  {
    id: 'b2',
    type: 'shouwang-event-in',
    z: 'b1',
    kinds: 'sos',
    device: 'zigbee2mqtt:',
    wires: [['b3', 'b7']],
  },
  {
    id: 'b3',
    type: 'change',
    z: 'b1',
    rules: [{ t: 'set', p: 'request', pt: 'msg', to: repeatedRequest, tot: 'str' }],
    wires: [['b4', 'b5']],
  },
  ...['b4', 'b5'].map((id) => ({
    id,
    type: 'shouwang-command',
    z: 'b1',
    device: sirenAddress,
    action: 'start-siren',
    wires: [['b6']],
  })),
  { id: 'b7', type: 'shouwang-command', z: 'b1', device: lockAddress, action: 'open-door', wires: [['b6']] },
  { id: 'b8', type: 'catch', z: 'b1', scope: ['b7'], wires: [['b9']] },
  {
    id: 'b9',
    type: 'change',
    z: 'b1',
    rules: [{ t: 'set', p: 'outcome', pt: 'msg', to: 'error.message', tot: 'msg' }],
    wires: [['b6']],
  },
  {
    id: 'b6',
    type: 'change',
    z: 'b1',
    rules: [{ t: 'set', p: 'payload', pt: 'msg', to: '"outcome " & outcome', tot: 'jsonata' }],
    wires: [['b10']],
  },
  {
    id: 'b10',
    type: 'shouwang-publish',
    z: 'b1',
    device: 'door-1',
    what: 'event',
    kind: 'water-leak',
    wires: [[]],
  },
];

/** A flow's words to the agent, without a flow. */
async function askAgent(body: object): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`http://127.0.0.1:${underTest.platform.ready.edge.flowPort}/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${underTest.secrets.flows.feedToken}` },
    body: JSON.stringify({
      request: crypto.randomUUID(),
      device: sirenAddress,
      action: 'stop-siren',
      ageMs: 0,
      ...body,
    }),
  });
  return { status: response.status, answer: await response.json() };
}

const signIn = (password: string) =>
  fetch(`${editor}/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: 'node-red-admin',
      grant_type: 'password',
      scope: '*',
      username: 'flows',
      password,
    }),
  });

async function editorRest(method: 'GET' | 'POST', path: string, body?: object): Promise<Response> {
  const answer = await signIn(underTest.secrets.flows.password);
  const { access_token } = (await answer.json()) as { access_token: string };
  return await fetch(`${editor}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${access_token}`,
      'content-type': 'application/json',
      'node-red-api-version': 'v2',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

const feedState = async () => {
  const health = await fetch(`http://127.0.0.1:${underTest.platform.ready['node-red'].healthPort}/health`);
  return ((await health.json()) as { detail: { feed: string } }).detail.feed;
};

/** True where any table of the journal holds the text. */
function journalHolds(text: string): boolean {
  const db = new DatabaseSync(join(underTest.dataDir, 'journal.db'), { readOnly: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const found = tables.some(({ name }) =>
    db
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .some((row) => Object.values(row).some((value) => textOf(value).includes(text))),
  );
  db.close();
  return found;
}

/** A message is kept as the bytes it came in. */
function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}

async function badgeUnderDuress(index: number): Promise<void> {
  const gate = createGateTerminal({
    url: underTest.platform.devices.gateUrl,
    mac: gateMac(index),
    doorNo: 1,
    now: Date.now,
    retryMs: 100,
  });
  await gate.duress('1042');
  await gate.close();
}

beforeAll(async () => {
  underTest = await startPlatformUnderTest({ env: { EDGE_NODE_RED_ENABLED: 'true' } });
  const plan = createDemoPlan();
  plan.devices.push({
    id: 'flow-door-1',
    gateway: demoGateway,
    address: 'node-red:door-1',
    class: 'gate',
    name: '门开超时',
  });
  await provisionCommunity(underTest.dataDir, plan);
  editor = `http://127.0.0.1:${underTest.platform.ready['node-red'].port}`;
  page = await underTest.openPage();
  bridge = connectZigbeeBridge({
    host: '127.0.0.1',
    ...underTest.platform.devices.zigbee,
    devices: zigbeeDevices,
  });
});
afterAll(async () => {
  await bridge?.close();
  page?.close();
  await underTest?.stop();
});

test('without signing in nothing of the editor is answered', async () => {
  expect((await fetch(`${editor}/flows`)).status).toBe(401);
  expect((await fetch(`${editor}/shouwang/vocabulary`)).status).toBe(401);
  expect((await signIn('password')).status).not.toBe(200);
  const feed = `http://127.0.0.1:${underTest.platform.ready.edge.flowPort}`;
  expect((await fetch(`${feed}/records`)).status).toBe(401);
});

test('a deployed flow hears a badge under duress, and its own event opens an incident', async () => {
  const deployed = await editorRest('POST', '/flows', {
    flows: [...duressFlow, ...exampleOf('held-door'), ...exampleOf('siren-on-alarm'), ...sirenFlow],
  });
  expect(deployed.status).toBe(200);
  await vi.waitFor(async () => expect(await feedState()).toBe('connected'), 10_000);
  await badgeUnderDuress(0);
  await page.waitForIncident(({ kind }) => kind === 'water-leak', soon());
  expect(journalHolds(`heard hikvision-isapi:${gateMac(0)}/1`)).toBe(true);
});

test('a flow starts the siren after an SOS, once though it asks twice, and opens no door', async () => {
  const before = bridge.sets.length;
  await bridge.report('button-1', { sos: true });
  await vi.waitFor(() => expect(bridge.sets.length).toBeGreaterThan(before), 10_000);
  // The siren cannot say what it did.
  await vi.waitFor(() => expect(journalHolds('outcome unknown')).toBe(true), 15_000);
  await vi.waitFor(() => expect(journalHolds('EDGE_FLOW_ACTIONS allows')).toBe(true), 15_000);
  expect(await askAgent({ request: repeatedRequest, action: 'start-siren' })).toEqual({
    status: 200,
    answer: { result: 'unknown', reason: 'device-silent' },
  });
  await vi.waitFor(() => expect(journalHolds(`c-${repeatedRequest}`)).toBe(true), 15_000);
  expect(bridge.sets.slice(before)).toEqual([
    {
      device: 'siren-1',
      asked: { warning: { duration: 180, mode: 'emergency', level: 'very_high', strobe: true } },
    },
  ]);
});

test.each([
  ['an act that is not allowed', { action: 'lock-door' }, 403, 'FLOW_ACTION_REFUSED'],
  ['an act there is not', { action: 'explode' }, 400, 'FLOW_REQUEST_INVALID'],
  ['a request that is no UUID', { request: '-'.repeat(36) }, 400, 'FLOW_REQUEST_INVALID'],
  [
    'a request used for another device',
    { request: repeatedRequest, device: lockAddress },
    400,
    'FLOW_REQUEST_INVALID',
  ],
])('%s is refused and reaches no device', async (_what, body, status, code) => {
  const before = bridge.sets.length;
  expect(await askAgent(body)).toMatchObject({ status, answer: { code } });
  expect(bridge.sets).toHaveLength(before);
});

test('an act asked for too long ago, or of no device, is told and not done', async () => {
  const before = bridge.sets.length;
  expect((await askAgent({ ageMs: 10_001 })).answer).toEqual({ result: 'expired', reason: 'too-old' });
  const none = await askAgent({ device: 'zigbee2mqtt:00124b00000000ff' });
  expect(none.answer).toEqual({ result: 'failed', reason: 'device-unknown' });
  expect(bridge.sets).toHaveLength(before);
});

test('flows that ask too much are held back', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => askAgent({})));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.answer).toMatchObject({ code: 'FLOW_RATE_EXCEEDED' });
});

test('flows survive a kill of the editor, and the nodes come back to an agent that was killed', async () => {
  const { processes } = underTest.platform;
  for (const name of ['node-red', 'edge'] as const) {
    const again = processes[name]?.nextReady();
    processes[name]?.kill('SIGKILL');
    await again;
  }
  const kept = await editorRest('GET', '/flows');
  const { flows } = (await kept.json()) as { flows: { id: string }[] };
  expect(flows.map(({ id }) => id)).toEqual(expect.arrayContaining(['a2', 'a4']));

  const text = `heard hikvision-isapi:${gateMac(1)}/1`;
  await vi.waitFor(async () => expect(await feedState()).toBe('connected'), 15_000);
  await badgeUnderDuress(1);
  await vi.waitFor(() => expect(journalHolds(text)).toBe(true), 15_000);
});
