import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planOf } from '#dashboard/testing/test-community.ts';
import { readComposeFile } from '#provisioning/testing/compose-file.ts';
import { containerEnvironment } from '#provisioning/testing/container-environment.ts';
import { type Ready, type SupervisedProcess, supervise } from '#runtime/supervisor.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';

const root = resolve(import.meta.dirname, '../..');
const compose = readComposeFile();
const given = { SHOUWANG_COMMUNITY: 'c1', SHOUWANG_HOSTED_GATEWAY: 'gw1' };
/** In the order in which `depends_on` lets them start; ports of a container are free ones of this machine. */
const ports = {
  broker: ['BROKER_TCP_PORT', 'BROKER_WS_PORT', 'BROKER_HEALTH_PORT'],
  ingest: ['INGEST_PORT', 'INGEST_HEALTH_PORT'],
  dispatch: ['DISPATCH_PORT', 'DISPATCH_HEALTH_PORT'],
  dashboard: ['DASHBOARD_PORT', 'DASHBOARD_HEALTH_PORT'],
  'edge-hosted': ['EDGE_HEALTH_PORT', 'EDGE_WATCH3G_PORT'],
};

let folder: string;
const running: SupervisedProcess[] = [];
const run = (file: string, ...words: string[]) =>
  promisify(execFile)(process.execPath, [join(root, file), ...words], {
    cwd: root,
    env: { ...machineEnvironment, SHOUWANG_DATA_DIR: join(folder, 'data') },
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compose-start-'));
});
afterAll(async () => {
  for (const process of running.toReversed()) await process.stop();
  rmSync(folder, { recursive: true });
});

test('made ready as README.md says, every process starts with the environment of compose.yaml and is well', async () => {
  const secrets = join(folder, 'secrets');
  await run('provisioning/provision.ts', 'services', secrets);
  const plan = join(folder, 'plan.json');
  writeFileSync(plan, JSON.stringify(planOf('c1')));
  const printed = await run('provisioning/provision.ts', 'community', plan);
  writeFileSync(join(secrets, 'edge-password'), `${/^c1\.gw1 +(\S+)$/m.exec(printed.stdout)?.[1]}\n`);
  await run('provisioning/provision.ts', 'migrate');

  const ready: Record<string, Ready> = {};
  // InfluxDB is away here, as it may be there: nothing but charts waits for it.
  const addressOf: Record<string, () => string> = {
    'broker:1883': () => `127.0.0.1:${ready.broker?.tcpPort}`,
    'ingest:8092': () => `127.0.0.1:${ready.ingest?.port}`,
    'dispatch:8091': () => `127.0.0.1:${ready.dispatch?.port}`,
    'influxdb:8086': () => '127.0.0.1:9',
  };
  for (const [name, variables] of Object.entries(ports)) {
    const service = compose.services[name];
    if (!service) throw new Error(`compose.yaml has no ${name}`);
    const data = join(folder, service.volumes?.includes('data:/data') ? 'data' : 'outbox');
    const own = containerEnvironment(service, { data, secrets }, given);
    const env = Object.entries(own).map(([variable, value]) => [
      variable,
      value.replace(/(?<=\/\/)[a-z]+:\d+$/, (address) => addressOf[address]?.() ?? address),
    ]);
    // `node`, its flags, and the file.
    const [, ...words] = service.command ?? [];
    const process = supervise({
      name,
      file: join(root, words.at(-1) ?? ''),
      flags: words.slice(0, -1),
      env: {
        ...machineEnvironment,
        ...Object.fromEntries(env),
        ...Object.fromEntries(variables.map((variable) => [variable, '0'])),
      },
    });
    running.push(process);
    ready[name] = await process.ready;
  }
  for (const name of Object.keys(ports)) {
    const isWell = () =>
      run('provisioning/compose/probe.ts', String(ready[name]?.healthPort)).then(
        () => true,
        () => false,
      );
    // As the engine does: asked again until it is well.
    await expect.poll(isWell, { message: name, timeout: 20_000 }).toBe(true);
  }
  await expect(run('provisioning/compose/probe.ts', '9'), 'nobody').rejects.toMatchObject({ code: 1 });
});
