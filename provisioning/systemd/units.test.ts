import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeFlags } from '../node-flags.ts';
import { openSecretFiles } from '../secret-files.ts';
import { readAsProcess } from '../testing/process-settings.ts';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const read = (file: string) => readFileSync(join(here, file), 'utf8');
const sandbox = 'shouwang-.service.d/10-sandbox.conf';
const names = readdirSync(here).filter((file) => file.endsWith('.service'));
const processes = names.filter((name) => name !== 'shouwang-migrate.service');

/** Lines of a unit file by key, in order, without those that are comments. */
function linesOf(text: string): Map<string, string[]> {
  const lines = text.split('\n').filter((line) => /^[A-Z]\w+=/.test(line));
  const pairs = lines.map(
    (line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const,
  );
  const grouped = Map.groupBy(pairs, ([key]) => key);
  return new Map([...grouped].map(([key, all]) => [key, all.map(([, value]) => value)]));
}

const mainOf = (unit: Map<string, string[]>) => unit.get('ExecStart')?.[0]?.split(' ').at(-1) ?? '';

/** What the operator writes into the unit's own file in /etc/shouwang; README.md shows it. */
const written: Record<string, Record<string, string>> = {
  'shouwang-edge-hosted.service': { EDGE_COMMUNITY: 'c1', EDGE_GATEWAY: 'hosted' },
  'shouwang-edge.service': {
    EDGE_COMMUNITY: 'c1',
    EDGE_GATEWAY: 'gw1',
    EDGE_BROKER_URL: 'mqtts://example.org:8883',
  },
};

let secrets: string;
let units: string;
beforeAll(() => {
  secrets = mkdtempSync(join(tmpdir(), 'credentials-'));
  openSecretFiles(secrets);
  writeFileSync(join(secrets, 'edge-password'), 'as `provision -- gateway` printed it\n');
  units = mkdtempSync(join(tmpdir(), 'units-'));
  cpSync(here, units, { recursive: true });
  for (const file of [...names, 'shouwang.target', sandbox]) {
    writeFileSync(join(units, file), read(file).replaceAll('/opt/shouwang', root));
  }
});
afterAll(() => {
  for (const folder of [secrets, units]) rmSync(folder, { recursive: true });
});

test('there is a unit for each process of the host, and one for the agent on site', () => {
  expect(processes.map((name) => [name, mainOf(linesOf(read(name)))])).toEqual([
    ['shouwang-broker.service', 'broker/main.ts'],
    ['shouwang-dashboard.service', 'dashboard/main.ts'],
    ['shouwang-dispatch.service', 'dispatch/main.ts'],
    ['shouwang-edge-hosted.service', 'edge/main.ts'],
    ['shouwang-edge.service', 'edge/main.ts'],
    ['shouwang-ingest.service', 'ingest/main.ts'],
  ]);
});

describe.each(processes)('%s', (name) => {
  const unit = linesOf(read(name));
  const environment = () => {
    const pairs = (unit.get('Environment') ?? []).flatMap((line) =>
      line.split(' ').map((pair) => pair.split('=')),
    );
    const set = Object.fromEntries(pairs.map(([key, value = '']) => [key, value.replace('%d', secrets)]));
    return { ...set, ...written[name] };
  };
  const folder = `%S/${unit.get('StateDirectory')?.[0]}`;

  test('starts what exists, with an environment that its process takes', () => {
    const [command = '', ...flags] = unit.get('ExecStart')?.[0]?.split(' ') ?? [];
    const main = flags.pop() ?? '';
    expect(flags).toEqual(nodeFlags[main.split('/')[0] ?? ''] ?? []);
    expect(existsSync(join(root, main))).toBe(true);
    expect(existsSync(command.replace('/opt/shouwang', root))).toBe(true);
    const settings = readAsProcess(main, environment());
    for (const part of Object.values(settings)) if ('dataDir' in part) expect(part.dataDir).toBe(folder);
  });

  test('is handed as credentials what it names, and no secret stands in the unit', () => {
    const loaded = (unit.get('LoadCredential') ?? []).map((line) => line.split(':')[0]);
    const named = Object.values<string>(environment()).flatMap(
      (value) => value.split(`${secrets}/`)[1] ?? [],
    );
    expect(named.toSorted()).toEqual(loaded.toSorted());
    expect(Object.keys(environment()).filter((key) => /(PASSWORD|TOKEN|SECRET)$/.test(key))).toEqual([]);
  });

  test('is started again for as long as it takes, within its memory', () => {
    expect(unit.get('Restart')).toEqual(['always']);
    expect(unit.get('StartLimitIntervalSec')).toEqual(['0']);
    expect(unit.get('MemoryMax')?.[0]).toMatch(/^\d+[MG]$/);
  });

  test('waits for the databases where it opens them', () => {
    const opensThem = folder === '%S/shouwang';
    const orders = (key: string) =>
      (unit.get(key)?.[0] ?? '').split(' ').includes('shouwang-migrate.service');
    expect([orders('Requires'), orders('After')]).toEqual([opensThem, opensThem]);
  });

  test('belongs to the target of the platform, the agent on site to its gateway', () => {
    const isOnSite = name === 'shouwang-edge.service';
    expect(unit.get('PartOf')).toEqual(isOnSite ? undefined : ['shouwang.target']);
    expect(unit.get('WantedBy')).toEqual([isOnSite ? 'multi-user.target' : 'shouwang.target']);
  });
});

test('README.md tells of every file of settings that a unit reads', () => {
  const files = names.flatMap((name) => linesOf(read(name)).get('EnvironmentFile') ?? []);
  for (const file of files) expect(read('README.md')).toContain(file.replace(/^-/, '').split('/').at(-1));
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.runIf(hasSystemd)('systemd-analyze', () => {
  test('finds nothing wrong with the units', () => {
    const files = [...names, 'shouwang.target'].map((name) => join(units, name));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
      encoding: 'utf8',
    });
    // Of the host's own units it may complain; that is not ours.
    expect(stderr.split('\n').filter((line) => line.includes(units) || line.includes('shouwang'))).toEqual(
      [],
    );
    expect(status).toBe(0);
  });

  test.each(names)('%s is exposed little', (name) => {
    const words = ['security', '--offline=yes', '--no-pager', '--threshold=20', join(units, name)];
    // Beyond the threshold, in tenths, it ends with 1.
    expect(() => execFileSync('systemd-analyze', words, { stdio: 'pipe' })).not.toThrow();
  });
});
