import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { loadSettings } from '#runtime/settings.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import { brokerSettings } from './config.ts';
import { openKnownNetworks } from './known-networks.ts';
import { openRetainedMessages } from './open-retained-disk.ts';
import { connectRaw } from './testing/raw-mqtt.ts';
import { createTestRegistry, type TestRegistry } from './testing/test-broker.ts';

interface Ready {
  tcpPort: number;
  wsPort: number;
  healthPort: number;
}

let registry: TestRegistry;
let processes: ChildProcess[] = [];

beforeEach(async () => {
  registry = await createTestRegistry();
});
afterEach(async () => {
  await Promise.all(processes.map((child) => end(child, 'SIGKILL')));
  processes = [];
  await registry.close();
});

/** Starts the broker's own process on free ports, and answers with what it tells its supervisor. */
async function start(env: Record<string, string> = {}): Promise<{ child: ChildProcess; told: object }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      ...machineEnvironment,
      BROKER_DATA_DIR: registry.folder,
      BROKER_TCP_PORT: '0',
      BROKER_WS_PORT: '0',
      BROKER_HEALTH_PORT: '0',
      BROKER_LOG_LEVEL: 'silent',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  processes.push(child);
  const told = await new Promise<object>((resolve, reject) => {
    child.once('message', (message) => resolve(message as object));
    child.once('exit', (code) => reject(new Error(`broker ended with ${code} and told nothing`)));
  });
  return { child, told };
}

async function startReady(): Promise<Ready & { child: ChildProcess }> {
  const { child, told } = await start();
  return { child, ...(told as { ready: Ready }).ready };
}

/** Waits for a process to end, after a signal; 0 sends none. */
async function end(child: ChildProcess, signal: NodeJS.Signals | 0): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  if (signal !== 0) child.kill(signal);
  return exited;
}

/** Runs mosquitto_pub or mosquitto_sub to its end. */
async function mosquitto(
  program: 'mosquitto_pub' | 'mosquitto_sub',
  port: number,
  username: string | undefined,
  ...args: string[]
): Promise<{ code: number | null; output: string }> {
  const credentials = username === undefined ? [] : ['-u', username, '-P', registry.secrets[username] ?? ''];
  const child = spawn(program, ['-h', '127.0.0.1', '-p', String(port), ...credentials, ...args]);
  processes.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

async function metric(healthPort: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );
}

test("mosquitto_pub is accepted on a gateway's own topics, refused on another's and without credentials", async () => {
  const { tcpPort, healthPort } = await startReady();
  const message = ['-q', '1', '-m', 'x'];
  const accepted = () => metric(healthPort, 'broker_publishes_total{topic="alarm"}');

  const own = await mosquitto('mosquitto_pub', tcpPort, 'c1.gw1', '-t', 'sw/1/c1/gw1/alarm', ...message);
  expect(own).toEqual({ code: 0, output: '' });
  expect(await accepted()).toBe(1);

  const foreign = await mosquitto(
    'mosquitto_pub',
    tcpPort,
    'c1.gw1',
    '-t',
    'sw/1/c1/gw2/alarm',
    ...message,
    '-V',
    '311',
  );
  expect(foreign.code).not.toBe(0);
  const nameless = await mosquitto(
    'mosquitto_pub',
    tcpPort,
    undefined,
    '-t',
    'sw/1/c1/gw1/alarm',
    ...message,
  );
  expect(nameless.output).toContain('not authorised');
  registry.secrets['c1.gw1'] = 'wrong';
  const wrong = await mosquitto('mosquitto_pub', tcpPort, 'c1.gw1', '-t', 'sw/1/c1/gw1/alarm', ...message);
  expect(wrong.output).toContain('bad user name or password');
  expect(await accepted()).toBe(1);
  expect(await metric(healthPort, 'broker_refusals_total{reason="publish-not-allowed"}')).toBe(1);
});

test('mosquitto_sub is refused every wildcard beyond its rights', async () => {
  const { tcpPort } = await startReady();
  for (const filter of ['#', '$SYS/#', 'sw/1/c1/+/alarm']) {
    const { output } = await mosquitto(
      'mosquitto_sub',
      tcpPort,
      'c1.gw1',
      '-t',
      filter,
      '-q',
      '1',
      '-W',
      '5',
    );
    expect(output).toContain('All subscription requests were denied');
  }
});

test('mosquitto_pub with a payload beyond the limit is cut off, and the broker serves on', async () => {
  const { tcpPort, healthPort } = await startReady();
  const child = spawn('mosquitto_pub', [
    ...['-h', '127.0.0.1', '-p', String(tcpPort), '-u', 'c1.gw1', '-P', registry.secrets['c1.gw1']!],
    ...['-t', 'sw/1/c1/gw1/alarm', '-q', '1', '-s'],
  ]);
  processes.push(child);
  child.stdin.on('error', () => undefined);
  child.stdin.end(Buffer.alloc(2_000_000, 'x'));
  await vi.waitFor(
    async () =>
      expect(await metric(healthPort, 'broker_refusals_total{reason="packet-too-large"}')).toBeGreaterThan(0),
    { timeout: 5000 },
  );
  const own = await mosquitto(
    'mosquitto_pub',
    tcpPort,
    'c1.gw1',
    '-t',
    'sw/1/c1/gw1/alarm',
    '-q',
    '1',
    '-m',
    'x',
  );
  expect(own.code).toBe(0);
});

/** Whether the networks were kept of which gateways are known to sign in. */
async function knownNetworks(...addresses: string[]): Promise<boolean[]> {
  const log = silentLog();
  const folder = join(registry.folder, 'broker');
  const store = await openRetainedMessages(folder, loadSettings(brokerSettings, {}), log);
  const { known, close } = await openKnownNetworks(store.disk, { maxKnownNetworks: 100, log });
  const answer = addresses.map((address) => known.has(address));
  await close();
  await store.close();
  return answer;
}

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'retained messages and the networks of its gateways survive %s',
  async (signal) => {
    const first = await startReady();
    const warnings = Array.from({ length: 20 }, (_, i) => `w-${String(i).padStart(24, '0')}`);
    await mosquitto(
      'mosquitto_pub',
      first.tcpPort,
      'c1.gw1',
      '-t',
      'sw/1/c1/gw1/state',
      '-q',
      '1',
      '-r',
      '-m',
      'birth',
    );
    for (const warning of warnings) {
      await mosquitto(
        'mosquitto_pub',
        first.tcpPort,
        'service.warning',
        '-t',
        `sw/1/c1/warning/${warning}`,
        '-q',
        '1',
        '-r',
        '-m',
        warning,
      );
    }
    await vi.waitFor(async () => {
      expect(await metric(first.healthPort, 'broker_retained_messages')).toBe(21);
      expect(await metric(first.healthPort, 'broker_retained_unwritten')).toBe(0);
    });
    const code = await end(first.child, signal);
    expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
    expect(await knownNetworks('127.0.0.1', '127.0.0.2')).toEqual([true, false]);

    const second = await startReady();
    const { output } = await mosquitto(
      'mosquitto_sub',
      second.tcpPort,
      'c1.gw1',
      ...['-t', 'sw/1/c1/warning/+', '-t', 'sw/1/c1/gw1/state', '-q', '1', '-C', '21', '-W', '5'],
    );
    expect(output.trim().split('\n').sort()).toEqual(['birth', ...warnings].sort());
  },
);

test.each(['TCP', 'WS', 'HEALTH'])(
  'a taken %s port stops the start, naming part, port and setting',
  async (name) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const { child, told } = await start({ [`BROKER_${name}_PORT`]: String(port) });
    expect(told).toEqual({
      failed: `broker: port ${port} on 127.0.0.1 is taken; free it or set BROKER_${name}_PORT to another`,
    });
    expect(await end(child, 0)).toBe(1);
    await new Promise((resolve) => taken.close(resolve));
  },
);

test('health and metrics are served, and an open connection does not keep the process from ending', async () => {
  const { child, tcpPort, healthPort } = await startReady();
  const idle = await connectRaw(tcpPort);
  await vi.waitFor(async () => expect(await metric(healthPort, 'broker_pending_connections')).toBe(1));
  const response = await fetch(`http://127.0.0.1:${healthPort}/health`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ ok: true, detail: { connections: { pending: 1 } } });
  expect(await end(child, 'SIGTERM')).toBe(0);
  await idle.closed;
});
