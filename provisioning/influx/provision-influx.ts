import { askInflux, type InfluxServer, influxVersion } from './ask-influx.ts';
import { sameDuration, toDays } from './influx-duration.ts';

/** Which server and database, and how long the server keeps at most what our store writer does not expire itself. */
export interface InfluxProvision extends InfluxServer {
  database: string;
  /** Backstop in whole days, ≥ 1. */
  keepDays: number;
  /** Lets a shorter backstop take away points that are older than it. */
  dropOlder?: boolean;
  now: () => number;
}

/** What was done, in words; `changed` is 0 where everything stood already. */
export interface InfluxProvisioned {
  changed: number;
  lines: string[];
}

const dayMs = 86_400_000;

/**
 * Brings an InfluxDB 1.x server to one database with one default retention policy of the given length; a second
 * run changes nothing. On 2.x and 3 Core nothing is changed: the lines say what is to be done there.
 *
 * @throws {Error} where the server is unreachable, refuses, or would delete points nobody agreed to lose.
 */
export async function provisionInflux(options: InfluxProvision): Promise<InfluxProvisioned> {
  const version = await influxVersion(options);
  if (!version.startsWith('1.')) return { changed: 0, lines: byHand(version, options) };
  const databases = await askInflux(options, 'SHOW DATABASES');
  const found = `InfluxDB ${version} at ${options.url}`;
  if (!databases.some(({ name }) => name === options.database)) {
    await askInflux(
      options,
      `CREATE DATABASE "${options.database}" WITH DURATION ${options.keepDays}d NAME "backstop"`,
    );
    const made = `created database ${options.database} with retention policy backstop of ${options.keepDays} days`;
    return { changed: 1, lines: [found, made] };
  }
  const { changed, line } = await setBackstop(options);
  return { changed, lines: [found, `database ${options.database} is there`, line] };
}

/** Changes the default policy in place: under a new one, what is already stored would vanish from every chart. */
async function setBackstop(options: InfluxProvision): Promise<{ changed: number; line: string }> {
  const { database, keepDays } = options;
  const policies = await askInflux(options, `SHOW RETENTION POLICIES ON "${database}"`);
  const policy = policies.find((row) => row.default === true);
  if (!policy) {
    await askInflux(
      options,
      `CREATE RETENTION POLICY "backstop" ON "${database}" DURATION ${keepDays}d REPLICATION 1 DEFAULT`,
    );
    return { changed: 1, line: `created retention policy backstop of ${keepDays} days, the default` };
  }
  const [name, duration] = [String(policy.name), String(policy.duration)];
  if (sameDuration(duration, keepDays)) {
    return { changed: 0, line: `retention policy ${name} keeps ${keepDays} days already` };
  }
  if (!options.dropOlder) await refuseLoss(options);
  await askInflux(options, `ALTER RETENTION POLICY "${name}" ON "${database}" DURATION ${keepDays}d`);
  return {
    changed: 1,
    line: `retention policy ${name} keeps ${keepDays} days now; before ${toDays(duration)}`,
  };
}

/** Every point has its journal position, so the first one of each measurement is the oldest of all. */
async function refuseLoss(options: InfluxProvision): Promise<void> {
  const { database, keepDays, now } = options;
  const oldest = await askInflux(options, 'SELECT first("position") AS "position" FROM /.*/', database);
  const first = Math.min(...oldest.map(({ time }) => Number(time)));
  if (first >= now() - keepDays * dayMs) return;
  throw new Error(
    `${keepDays} days would delete what is stored since ${new Date(first).toISOString()}; nothing was changed. ` +
      'Give more days, or add drop-older',
  );
}

function byHand(version: string, { url, database, keepDays }: InfluxProvision): string[] {
  const found = `InfluxDB ${version} at ${url}: nothing was changed, since InfluxQL cannot create or limit there. By hand:`;
  if (version.startsWith('2.')) {
    return [
      found,
      `  influx bucket create --name ${database} --retention ${keepDays}d`,
      `  influx v1 dbrp create --db ${database} --rp backstop --default --bucket-id <id of the bucket>`,
      'and put a token that may read and write the bucket into STORE_INFLUX_TOKEN.',
    ];
  }
  return [
    found,
    `  influxdb3 create database ${database} --retention-period ${keepDays}d`,
    'before ingest writes for the first time: the first write makes the database without a backstop, and 3 Core never',
    'changes the period of a database that is there. A token that may read and write goes into STORE_INFLUX_TOKEN.',
  ];
}
