import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { IngestError } from '../../errors.ts';

/** A running InfluxDB 1.x server of our own. */
export interface Influxd {
  url: string;
  /** Ports it listens on; given again, a restart is found at the same address. */
  ports: InfluxdPorts;
  pid: number;
  /** Settles when it has ended, asked or not. */
  ended: Promise<void>;
  /** Ends it in order, or at once with `SIGKILL`, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** `http` is asked, `rpc` is the server's own. */
export interface InfluxdPorts {
  http: number;
  rpc: number;
}

const startTimeoutMs = 20_000;

/**
 * Starts `influxd` on loopback with a configuration and data of its own; nothing of the machine's own
 * installation is touched. Started again on the same folder it finds its data.
 *
 * @throws {IngestError} `INGEST_INFLUXD_NOT_STARTED` with the end of what it printed.
 */
export async function startInfluxd(options: {
  dataDir: string;
  binary?: string;
  ports?: InfluxdPorts;
}): Promise<Influxd> {
  const ports = options.ports ?? { http: await freePort(), rpc: await freePort() };
  mkdirSync(options.dataDir, { recursive: true });
  const file = join(options.dataDir, 'influxdb.conf');
  writeFileSync(file, configurationOf(options.dataDir, ports));
  const child = spawn(options.binary ?? 'influxd', ['-config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const url = `http://127.0.0.1:${ports.http}`;
  const failed = await waitUntilUp(child, url);
  if (failed) {
    await stop(child, 'SIGKILL');
    throw new IngestError('INGEST_INFLUXD_NOT_STARTED', `influxd ${failed}: ${output.trim()}`);
  }
  const ended = once(child, 'exit').then(() => undefined);
  return { url, ports, pid: child.pid as number, ended, stop: (signal = 'SIGTERM') => stop(child, signal) };
}

async function waitUntilUp(child: ChildProcess, url: string): Promise<string | undefined> {
  let problem: string | undefined;
  child.once('error', (error) => {
    problem = `cannot be run (${error.message})`;
  });
  child.once('exit', (code) => {
    problem = `ended with code ${code}`;
  });
  for (const deadline = performance.now() + startTimeoutMs; performance.now() < deadline; ) {
    if (problem) return problem;
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    if (answer?.status === 204) return undefined;
    await wait(20);
  }
  return `gave no answer within ${startTimeoutMs} ms`;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function configurationOf(dataDir: string, { http, rpc }: InfluxdPorts): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = ${JSON.stringify(join(dataDir, 'meta'))}
[data]
  dir = ${JSON.stringify(join(dataDir, 'data'))}
  wal-dir = ${JSON.stringify(join(dataDir, 'wal'))}
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
`;
}
