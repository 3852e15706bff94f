import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort, startOnFreePorts } from '#runtime/free-port.ts';
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
  /** Without them such as nobody listens on. */
  ports?: InfluxdPorts;
  /** Finds these. */
  findPort?: () => Promise<number>;
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
  const { server, problem } = await launchInfluxd(options);
  if (problem === undefined) return server;
  await server.stop('SIGKILL');
  throw new IngestError('INGEST_INFLUXD_NOT_STARTED', problem);
}

/** A server that was started; it may run on although a problem kept it from answering in time. */
export interface LaunchedInfluxd {
  server: Influxd;
  problem: string | undefined;
}

/** Starts `influxd` and waits until it answers or something keeps it from it. */
export async function launchInfluxd(options: InfluxdStart): Promise<LaunchedInfluxd> {
  const { ports, findPort = findFreePort } = options;
  if (ports) return await launchOn(ports, options);
  return await startOnFreePorts(async () =>
    launchOn({ http: await findPort(), rpc: await findPort() }, options),
  );
}

async function launchOn(ports: InfluxdPorts, options: InfluxdStart): Promise<LaunchedInfluxd> {
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
  return { server, problem: await waitUntilUp(running, url, { ...options, dataDir }) };
}

async function waitUntilUp(
  running: TiedProcess,
  url: string,
  { dataDir, upTimeoutMs = defaultUpTimeoutMs, signal }: InfluxdStart,
): Promise<string | undefined> {
  let end: string | undefined;
  const gone = new AbortController();
  void running.ended.then((reason) => {
    end = reason;
    gone.abort();
  });
  for (const deadline = performance.now() + upTimeoutMs; performance.now() < deadline; ) {
    if (end !== undefined) return `influxd ${end}: ${running.output().trim()}`;
    if (signal?.aborted) return 'influxd is not waited for any more';
    const late = AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now())));
    const asked = AbortSignal.any([late, gone.signal]);
    const answer = await fetch(`${url}/ping`, { signal: asked }).catch(() => undefined);
    // The port may have been another program's: what answers has to be ours, which runs.
    if (answer?.status === 204 && running.pid !== undefined && (await isOurs(url, dataDir, asked))) {
      return undefined;
    }
    await wait(20);
  }
  return `influxd gave no answer within ${upTimeoutMs} ms: ${running.output().trim()}`;
}

/**
 * True where the `influxd` that answers was started on our folder, as its command line says (Go's pprof), or keeps that
 * to itself. Where it cannot be asked nothing is known, and it is asked again.
 */
async function isOurs(url: string, dataDir: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/debug/pprof/cmdline`, { signal });
    const commandLine = await answer.text();
    return !commandLine.includes('\0') || commandLine.includes(join(dataDir, 'influxd'));
  } catch {
    return false;
  }
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
