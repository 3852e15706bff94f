import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runTied, type TiedProcess } from '#runtime/tied-process.ts';
import { IngestError } from '../../errors.ts';

/** A running InfluxDB server of our own; it never outlives us. */
export interface Influxd {
  url: string;
  /** Ports it listens on; given again, a restart is found at the same address. */
  ports: InfluxdPorts;
  pid: number;
  /** Settles when it has ended, asked or not. */
  ended: Promise<unknown>;
  /** Ends it in order, or at once with `SIGKILL`, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** `http` is asked, `rpc` is the server's own of 1.x. */
export interface InfluxdPorts {
  http: number;
  rpc: number;
}

/** Generations of `influxd` that answer InfluxQL; they are told how to run in different words. */
export type InfluxdGeneration = 1 | 2;

/** Which server is started, and on what. */
export interface InfluxdStart {
  dataDir: string;
  binary?: string;
  /** Without it 1.x. */
  generation?: InfluxdGeneration;
  ports?: InfluxdPorts;
  /** Settings beside ours, as the server reads them from its environment. */
  env?: Record<string, string>;
  /** Longest wait for its first answer, in ms. */
  upTimeoutMs?: number;
  /** Ends the wait, and the server with it. */
  signal?: AbortSignal;
}

const defaultUpTimeoutMs = 20_000;

/**
 * Starts `influxd` on loopback with a configuration and data of its own; nothing of the machine's own
 * installation is touched. Started again on the same folder it finds its data.
 *
 * @throws {IngestError} `INGEST_INFLUXD_NOT_STARTED` with the end of what it printed.
 */
export async function startInfluxd(options: InfluxdStart): Promise<Influxd> {
  const launched = await launchInfluxd(options);
  const problem = await launched.up;
  if (problem === undefined) return launched.server;
  await launched.server.stop('SIGKILL');
  throw new IngestError('INGEST_INFLUXD_NOT_STARTED', problem);
}

/** Starts `influxd` and does not wait: `up` says what kept it from answering, or undefined once it answers. */
export async function launchInfluxd(
  options: InfluxdStart,
): Promise<{ server: Influxd; up: Promise<string | undefined> }> {
  const ports = options.ports ?? { http: await freePort(), rpc: await freePort() };
  const { binary = 'influxd', generation = 1 } = options;
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const { args, env } = { 1: words1, 2: words2 }[generation](dataDir, ports);
  // A configuration beside us, of the machine's own server, is not for this one.
  const given = Object.entries(process.env).filter(([name]) => !name.startsWith('INFLUX'));
  const running = runTied(binary, args, {
    env: { ...Object.fromEntries(given), ...env, ...options.env },
    cwd: dataDir,
  });
  const url = `http://127.0.0.1:${ports.http}`;
  const server: Influxd = {
    url,
    ports,
    get pid() {
      return running.pid as number;
    },
    ended: running.ended,
    stop: running.stop,
  };
  return { server, up: waitUntilUp(running, url, options) };
}

async function waitUntilUp(
  running: TiedProcess,
  url: string,
  { upTimeoutMs = defaultUpTimeoutMs, signal }: InfluxdStart,
): Promise<string | undefined> {
  let end: string | undefined;
  void running.ended.then((reason) => {
    end = reason;
  });
  for (const deadline = performance.now() + upTimeoutMs; performance.now() < deadline; ) {
    if (end !== undefined) return `influxd ${end}: ${running.output().trim()}`;
    if (signal?.aborted) return 'influxd is not waited for any more';
    const asked = AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now())));
    const answer = await fetch(`${url}/ping`, { signal: asked }).catch(() => undefined);
    // The port may have been another program's: what answers has to be ours, which runs.
    if (answer?.status === 204 && running.pid !== undefined) return undefined;
    await wait(20);
  }
  return `influxd gave no answer within ${upTimeoutMs} ms: ${running.output().trim()}`;
}

interface Words {
  args: string[];
  env?: Record<string, string>;
}

function words1(dataDir: string, ports: InfluxdPorts): Words {
  const file = join(dataDir, 'influxdb.conf');
  writeFileSync(file, configurationOf(dataDir, ports));
  return { args: ['-config', file] };
}

/** @see https://docs.influxdata.com/influxdb/v2/reference/config-options/ */
function words2(dataDir: string, { http }: InfluxdPorts): Words {
  return {
    args: [
      ...['--bolt-path', join(dataDir, 'influxd.bolt')],
      ...['--engine-path', join(dataDir, 'engine')],
      ...['--http-bind-address', `127.0.0.1:${http}`],
      '--reporting-disabled',
    ],
    // 2.0 has no such file and no flag for it, and would not start with one.
    env: { INFLUXD_SQLITE_PATH: join(dataDir, 'influxd.sqlite') },
  };
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
