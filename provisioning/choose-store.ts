import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInfluxAddress } from '#ingest/store/influx/influx-address.ts';
import { requestReplay } from '#ingest/store/replay-request.ts';
import { embedInflux } from './influx/embed-influx.ts';
import { type FoundInfluxd, findInfluxd } from './influx/identify-influxd.ts';
import type { Secrets } from './secrets.ts';

/** Where telemetry is stored on this machine. */
export interface ChosenStore {
  /** One line for the person who started it. */
  words: string;
  /** `STORE_…` settings for ingest and dashboard. */
  settings: Record<string, string>;
  /** The environment without the settings that this choice replaces. */
  env: Environment;
  close(): Promise<void>;
}

type Environment = Record<string, string | undefined>;

/** What the choice depends on. */
export interface StoreChoice {
  dataDir: string;
  env: Environment;
  secrets: Pick<Secrets, 'influx'>;
  /** Called later when the embedded InfluxDB ends or is back. */
  onChange?: (words: string) => void;
  timeouts?: StoreTimeouts;
}

/** Longest that an embedded InfluxDB may delay a start, in ms; afterwards SQLite is used. */
export interface StoreTimeouts {
  versionMs: number;
  embedMs: number;
}
const defaultTimeouts: StoreTimeouts = { versionMs: 1500, embedMs: 5000 };

/**
 * Chooses the telemetry store: what the settings say, else the machine's own InfluxDB server 1.x or 2.x, run on
 * loopback with data of our own and started again when it ends, else SQLite. Never fails: the platform starts in any
 * case.
 */
export async function chooseStore(choice: StoreChoice): Promise<ChosenStore> {
  const { STORE_KIND: kind, STORE_INFLUX_URL: url, STORE_INFLUX_URL_FILE: urlFile } = choice.env;
  if (kind !== 'sqlite' && (url || urlFile)) {
    // The address may contain a password, which must not be shown.
    const at = url ? readInfluxAddress({ url }).url : `the address in ${urlFile}`;
    moveTo(choice.dataDir, `influx at ${at}`);
    return {
      words: `telemetry goes to InfluxDB at ${at}`,
      settings: { STORE_KIND: 'influx' },
      env: choice.env,
      close: async () => undefined,
    };
  }
  if (kind === 'sqlite') return storeInSqlite(choice, 'as STORE_KIND says');
  const found = await findInfluxd(choice.env.PATH, (choice.timeouts ?? defaultTimeouts).versionMs);
  if ('problem' in found) return storeInSqlite(choice, `${found.problem}, and STORE_INFLUX_URL is not set`);
  try {
    return await storeEmbedded(choice, found);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return storeInSqlite(
      choice,
      `InfluxDB ${found.version} (${found.binary}) is there and of no use: ${why}`,
    );
  }
}

async function storeEmbedded(choice: StoreChoice, found: FoundInfluxd): Promise<ChosenStore> {
  const { dataDir, env, secrets } = choice;
  const engine = `influx ${found.generation}`;
  const server = await embedInflux({
    found,
    dataDir,
    database: env.STORE_INFLUX_DATABASE || 'shouwang',
    secrets: secrets.influx,
    timeoutMs: (choice.timeouts ?? defaultTimeouts).embedMs,
    onChange: choice.onChange ?? (() => undefined),
  });
  moveTo(dataDir, engine);
  const waiting = server.isUp ? '' : '; it is still opening its data, and charts wait for it';
  return {
    words: `telemetry goes to InfluxDB ${found.version} (${found.binary}) at ${server.url}${waiting}`,
    settings: {
      STORE_KIND: 'influx',
      STORE_INFLUX_URL: server.url,
      ...(found.generation === 2 && { STORE_INFLUX_TOKEN: secrets.influx.token }),
    },
    env: withoutReplaced(env),
    close: server.close,
  };
}

function storeInSqlite({ dataDir, env }: StoreChoice, why: string): ChosenStore {
  const before = moveTo(dataDir, 'sqlite');
  const left = before?.startsWith('influx')
    ? '; what InfluxDB holds of before is shown again once it is back'
    : '';
  return {
    words: `telemetry goes to SQLite: ${why}${left}`,
    settings: { STORE_KIND: 'sqlite' },
    env: withoutReplaced(env),
    close: async () => undefined,
  };
}

/** A setting such as the token of another server is not ours. */
function withoutReplaced(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^STORE_(KIND|INFLUX_URL|INFLUX_TOKEN)(_FILE)?$/.test(name)),
  );
}

const fileName = 'telemetry-store.json';

/** The store of the last start; undefined before the first one. */
function engineBefore(dataDir: string): string | undefined {
  try {
    const { engine } = JSON.parse(readFileSync(join(dataDir, fileName), 'utf8')) as { engine?: unknown };
    return typeof engine === 'string' ? engine : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Remembers the store. Into another one than the last start's, the whole journal is written again.
 *
 * @returns The store of the last start.
 */
function moveTo(dataDir: string, engine: string): string | undefined {
  const before = engineBefore(dataDir);
  if (before === engine) return before;
  try {
    if (before !== undefined) requestReplay(dataDir, 0);
    writeFileSync(join(dataDir, fileName), `${JSON.stringify({ engine })}\n`);
  } catch {
    // The processes that need the folder report that it cannot be written.
  }
  return before;
}
