import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Influxd,
  type InfluxdStart,
  launchInfluxd,
  startInfluxd,
} from '#ingest/store/influx/influxd.ts';
import { askInterface } from './ask-influx.ts';
import type { FoundInfluxd } from './identify-influxd.ts';
import { createBucket, createMapping, findBucket, findMapping, findOrganization } from './influx-buckets.ts';

/** An InfluxDB that the platform runs, on loopback, with its own data. */
export interface EmbeddedInflux {
  url: string;
  /** False while it is still opening its data: charts wait for it. */
  isUp: boolean;
  close(): Promise<void>;
}

/** Options of an embedded InfluxDB. */
export interface EmbedOptions {
  found: FoundInfluxd;
  dataDir: string;
  database: string;
  /** For 2.x. */
  secrets: { password: string; token: string };
  /** Longest that a start waits for it, in ms. */
  timeoutMs: number;
  /** Called when it ends by itself and when it is back. */
  onChange: (words: string) => void;
}

const restartMinMs = 1000;
const restartMaxMs = 30_000;
/** A server that was killed may take long to open its data. */
const restartUpTimeoutMs = 600_000;
const setUpMinMs = 1000;

/** Folder of the server's data: 1.x and 2.x cannot read each other's. */
export function influxFolder(dataDir: string, generation: FoundInfluxd['generation']): string {
  return join(dataDir, generation === 1 ? 'influx' : 'influx2');
}

/**
 * Runs the machine's InfluxDB and keeps it running; while it is down charts wait, warnings do not.
 *
 * @throws {Error} with the reason why it cannot be used; nothing is left running then.
 */
export async function embedInflux(options: EmbedOptions): Promise<EmbeddedInflux> {
  const { found, timeoutMs } = options;
  const deadline = performance.now() + timeoutMs;
  const closing = new AbortController();
  const start: InfluxdStart = {
    dataDir: influxFolder(options.dataDir, found.generation),
    binary: found.binary,
    generation: found.generation,
    signal: closing.signal,
  };
  const marker = join(start.dataDir, 'answered');
  const { server, problem } = await launchInfluxd({ ...start, upTimeoutMs: timeoutMs });
  try {
    // A server with our data may take long to open them, and is not replaced meanwhile.
    const isOpening = problem !== undefined && existsSync(marker) && (await isRunning(server));
    if (problem !== undefined && !isOpening) throw new Error(problem);
    if (problem === undefined && found.generation === 2) {
      const leftMs = Math.max(setUpMinMs, deadline - performance.now());
      await within(leftMs, setUpInflux2({ ...options.secrets, ...options, url: server.url }));
    }
    if (problem === undefined) writeFileSync(marker, '');
    const kept = keepRunning(server, start, closing.signal, options.onChange);
    return {
      url: server.url,
      isUp: problem === undefined,
      close: () => {
        closing.abort();
        return kept;
      },
    };
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
}

/** Starts the server again on its port whenever it ends, until closing, and then ends it. */
async function keepRunning(
  first: Influxd,
  start: InfluxdStart,
  closing: AbortSignal,
  onChange: (words: string) => void,
): Promise<void> {
  const closed = once(closing, 'abort').then(() => 'closed');
  for (let server: Influxd | undefined = first; server; ) {
    const reason = await Promise.race([server.ended, closed]);
    if (closing.aborted) return await server.stop();
    onChange(`InfluxDB ${reason}; charts wait until it is back, alarms do not`);
    server = await startAgain({ ...start, ports: server.ports }, closing);
    if (server && !closing.aborted) onChange('InfluxDB is back');
  }
}

async function startAgain(start: InfluxdStart, closing: AbortSignal): Promise<Influxd | undefined> {
  for (let restartMs = restartMinMs; ; restartMs = Math.min(restartMs * 2, restartMaxMs)) {
    await wait(restartMs, undefined, { signal: closing }).catch(() => undefined);
    if (closing.aborted) return undefined;
    const again = await startInfluxd({ ...start, upTimeoutMs: restartUpTimeoutMs }).catch(() => undefined);
    if (again) return again;
  }
}

function isRunning(server: Influxd): Promise<boolean> {
  return Promise.race([server.ended.then(() => false), Promise.resolve(true)]);
}

async function within(timeoutMs: number, done: Promise<void>): Promise<void> {
  const late = AbortSignal.timeout(Math.ceil(timeoutMs));
  await Promise.race([
    done,
    once(late, 'abort').then(() => Promise.reject(new Error('its set-up was not answered in time'))),
  ]);
}

const name = 'shouwang';

/**
 * Sets up an InfluxDB 2.x of our own by its API, with a password and a token that are chosen and kept beforehand, and
 * sees to the bucket and to the mapping by which InfluxQL finds it. A server that is set up already is left as it is.
 *
 * The bucket keeps everything: our store writer removes what is old.
 *
 * @throws {Error} where the server is set up with another token, or refuses.
 * @see https://docs.influxdata.com/influxdb/v2/api/#operation/PostSetup
 */
async function setUpInflux2(options: {
  url: string;
  database: string;
  password: string;
  token: string;
  timeoutMs: number;
}): Promise<void> {
  const { url, database, password, token, timeoutMs } = options;
  const { answer } = await askInterface({ url, timeoutMs }, { method: 'GET', path: 'api/v2/setup' });
  if ((answer as { allowed?: boolean } | undefined)?.allowed) {
    const body = { username: name, password, token, org: name, bucket: database, retentionPeriodSeconds: 0 };
    await askInterface({ url, timeoutMs }, { method: 'POST', path: 'api/v2/setup', body });
  }
  const server = { url, token, timeoutMs };
  const orgID = await findOrganization(server, name);
  const bucket =
    (await findBucket(server, orgID, database)) ??
    (await createBucket(server, { orgID, name: database, keptSeconds: 0 }));
  if (await findMapping(server, orgID, database)) return;
  await createMapping(server, { orgID, database, bucketID: bucket.id });
}
