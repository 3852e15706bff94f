import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import { createTestFolder, openTestOutbox, sos as sosOf } from './testing/open-test-outbox.ts';
import { TestPlatform } from './testing/test-platform.ts';

const sos = '[3G*6907919734*003e*AL_LTE,170525,214118,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0]';

/** Starts the agent and returns what it says it is ready with, or what stopped it. */
async function start(environment: Record<string, string>) {
  const child: ChildProcess = fork(join(import.meta.dirname, 'main.ts'), {
    env: {
      ...machineEnvironment,
      EDGE_COMMUNITY: 'demo',
      EDGE_GATEWAY: 'gateway-1',
      EDGE_PASSWORD: 'secret',
      EDGE_HOST: '127.0.0.1',
      EDGE_HEALTH_PORT: '0',
      EDGE_WATCH3G_PORT: '0',
      EDGE_GB26875_PORT: '0',
      EDGE_HIKVISION_PORT: '0',
      EDGE_HIKVISION_TOKEN: '0123456789abcdef',
      ...environment,
    },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const [message] = await once(child, 'message');
  const said = message as { ready?: Record<string, number>; failed?: string };
  return { child, exited, ...said };
}

/** Connects a watch that calls for help; returns once it is answered. */
async function callForHelp(port = 0): Promise<void> {
  const watch = connect(port, '127.0.0.1');
  onTestFinished(() => {
    watch.destroy();
  });
  watch.write(sos);
  const [answer] = await once(watch, 'data');
  expect(String(answer)).toContain('AL');
}

const healthAt = async (port = 0) => (await fetch(`http://127.0.0.1:${port}/health`)).json();

it('carries a watch from its SOS to the platform, tells its health, and ends in order', async () => {
  const platform = new TestPlatform();
  await platform.open();
  onTestFinished(() => platform.close());
  const brokerUrl = `mqtt://127.0.0.1:${platform.port}`;
  const { child, exited, ready } = await start({
    EDGE_BROKER_URL: brokerUrl,
    EDGE_DATA_DIR: createTestFolder(),
  });
  expect(Object.keys(ready ?? {})).toEqual(['healthPort', 'watch3gPort', 'gb26875Port', 'hikvisionPort']);

  await callForHelp(ready?.watch3gPort);
  await vi.waitFor(() =>
    expect(platform.records.find(({ lane }) => lane === 'alarm')).toMatchObject({
      device: 'watch-3g:6907919734',
      sequence: 1,
      body: { type: 'event', kind: 'sos' },
    }),
  );

  await vi.waitFor(async () =>
    expect(await healthAt(ready?.healthPort)).toMatchObject({
      ok: true,
      detail: { connected: true, clock: { state: 'synchronized' }, outbox: { alarm: { records: 0 } } },
    }),
  );
  const metrics = await (await fetch(`http://127.0.0.1:${ready?.healthPort}/metrics`)).text();
  expect(metrics).toContain('edge_events_total{event="alarm-accepted"} 1');

  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(platform.states.at(-1)?.status).toBe('death');
});

it('keeps an alarm from the agent of another community whose gateway has the same id', async () => {
  // Nobody listens there, so that what is taken is held.
  const folder = { EDGE_DATA_DIR: createTestFolder(), EDGE_BROKER_URL: 'mqtt://127.0.0.1:9' };
  const lakeside = await start({ ...folder, EDGE_COMMUNITY: 'lakeside' });
  await callForHelp(lakeside.ready?.watch3gPort);
  const hillside = await start({ ...folder, EDGE_COMMUNITY: 'hillside' });
  expect(hillside.failed).toBeUndefined();
  for (const [agent, records] of [[lakeside, 1] as const, [hillside, 0] as const]) {
    expect(await healthAt(agent.ready?.healthPort)).toMatchObject({
      detail: { outbox: { alarm: { records } } },
    });
  }
});

it('sends the alarms that an earlier version kept under the id of the gateway alone', async () => {
  const dataDir = createTestFolder();
  const { outbox } = openTestOutbox(join(dataDir, 'gateways/gateway-1'));
  outbox.accept([sosOf('unsent')]);
  outbox.close();
  const platform = new TestPlatform();
  await platform.open();
  onTestFinished(() => platform.close());
  await start({ EDGE_DATA_DIR: dataDir, EDGE_BROKER_URL: `mqtt://127.0.0.1:${platform.port}` });
  await vi.waitFor(() =>
    expect(platform.records.find(({ lane }) => lane === 'alarm')).toMatchObject({ body: { code: 'unsent' } }),
  );
  expect(readdirSync(join(dataDir, 'gateways'))).toEqual(['demo.gateway-1']);
});

it.each<{ what: string; environment: Record<string, string>; says: string }>([
  { what: 'a gateway id no topic has', environment: { EDGE_GATEWAY: 'Gateway 1' }, says: 'EDGE_GATEWAY' },
  { what: 'a reserved gateway id', environment: { EDGE_GATEWAY: 'warning' }, says: 'EDGE_GATEWAY=warning' },
  { what: 'an unknown setting', environment: { EDGE_QUOTA: '1' }, says: 'EDGE_QUOTA' },
  { what: 'an unknown setting of an adapter', environment: { EDGE_WATCH3G_X: '1' }, says: 'EDGE_WATCH3G_X' },
  {
    what: 'a broker without a protocol',
    environment: { EDGE_BROKER_URL: 'host:1' },
    says: 'EDGE_BROKER_URL',
  },
])('does not start with $what, and names it', async ({ environment, says }) => {
  const { failed, exited } = await start({ EDGE_DATA_DIR: createTestFolder(), ...environment });
  expect(failed).toContain(says);
  expect(await exited).toEqual([1, null]);
});
