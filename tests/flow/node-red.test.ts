import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { provisionCommunity } from '#provisioning/prepare.ts';
import { createDemoPlan, demoGateway, gateMac } from '#simulators/community.ts';
import { createGateTerminal } from '#simulators/devices/gate.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';

let underTest: PlatformUnderTest;
let page: PageClient;
let editor: string;

const exampleFile = new URL('../../edge/node-red/nodes/examples/held-door.json', import.meta.url);
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
      .some((row) => Object.values(row).some((value) => String(value).includes(text))),
  );
  db.close();
  return found;
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
}, 60_000);
afterAll(async () => {
  page?.close();
  await underTest?.stop();
}, 60_000);

test('without signing in nothing of the editor is answered', async () => {
  expect((await fetch(`${editor}/flows`)).status).toBe(401);
  expect((await fetch(`${editor}/shouwang/vocabulary`)).status).toBe(401);
  expect((await signIn('password')).status).not.toBe(200);
  const feed = `http://127.0.0.1:${underTest.platform.ready.edge.flowPort}`;
  expect((await fetch(`${feed}/records`)).status).toBe(401);
});

test('a deployed flow hears a badge under duress, and its own event opens an incident', async () => {
  const example = JSON.parse(readFileSync(exampleFile, 'utf8')) as object[];
  const deployed = await editorRest('POST', '/flows', { flows: [...duressFlow, ...example] });
  expect(deployed.status).toBe(200);
  await vi.waitFor(async () => expect(await feedState()).toBe('connected'), 10_000);
  await badgeUnderDuress(0);
  await page.waitForIncident(({ kind }) => kind === 'water-leak', soon());
  expect(journalHolds(`heard hikvision-isapi:${gateMac(0)}/1`)).toBe(true);
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
