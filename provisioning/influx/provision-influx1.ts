import { advisePolicies, adviseTypes, foreignMeasurements, named } from './advise-influx1.ts';
import { askInflux, type InfluxRow, NotAllowed } from './ask-influx.ts';
import { type Backstop, ChangeRefused, type InfluxProvisioned, refuseLoss } from './backstop.ts';
import { hoursOf, sameDuration, shardFits, shardHoursFor, toDays } from './influx-duration.ts';

/** InfluxDB 1.x: one database with one default retention policy of the backstop's length. */
export async function provisionInflux1(options: Backstop): Promise<InfluxProvisioned> {
  const { database, keepDays } = options;
  const databases = await askInflux(options, 'SHOW DATABASES');
  if (!databases.some(({ name }) => name === database)) {
    await askInflux(
      options,
      `CREATE DATABASE "${database}" WITH DURATION ${keepDays}d SHARD DURATION ${shardHoursFor(keepDays)}h NAME "backstop"`,
    );
    const made = `created database ${database} with retention policy backstop of ${keepDays} days`;
    return { changed: 1, lines: [made] };
  }
  const lines = [`database ${database} is there`];
  try {
    const policies = await askInflux(options, `SHOW RETENTION POLICIES ON "${database}"`);
    const { changed, line } = await setBackstop(options, policies).catch(leftUndone);
    lines.push(line, ...advisePolicies(policies), ...(await adviseTypes(options, database)));
    return { changed, lines };
  } catch (error) {
    if (!(error instanceof NotAllowed)) throw error;
    lines.push(
      `this user may not look at it or change it (${error.message}); ask its administrator to run`,
      `  GRANT ALL ON "${database}" TO the user, and ALTER RETENTION POLICY … ON "${database}" ${policyOf(keepDays)} DEFAULT`,
    );
    return { changed: 0, lines };
  }
}

/** Reports the state with what to do, then the other advice. */
function leftUndone(error: unknown): { changed: number; line: string } {
  if (!(error instanceof ChangeRefused)) throw error;
  return { changed: 0, line: error.message };
}

const policyOf = (keepDays: number) => `DURATION ${keepDays}d SHARD DURATION ${shardHoursFor(keepDays)}h`;

/** Changes the default policy in place: under a new one, what is already stored would vanish from every chart. */
async function setBackstop(
  options: Backstop,
  policies: readonly InfluxRow[],
): Promise<{ changed: number; line: string }> {
  const { database, keepDays } = options;
  const policy = policies.find((row) => row.default === true);
  if (!policy) {
    await askInflux(
      options,
      `CREATE RETENTION POLICY "backstop" ON "${database}" DURATION ${keepDays}d REPLICATION 1 SHARD DURATION ${shardHoursFor(keepDays)}h DEFAULT`,
    );
    return { changed: 1, line: `created retention policy backstop of ${keepDays} days, the default` };
  }
  const [name, duration] = [String(policy.name), String(policy.duration)];
  const isKept = sameDuration(duration, keepDays);
  const shards = hoursOf(String(policy.shardGroupDuration));
  const isSharded = shardFits(shards, keepDays);
  if (isKept && isSharded) {
    return { changed: 0, line: `retention policy ${name} keeps ${keepDays} days already` };
  }
  await refuseForeign(options, { name, duration });
  if (!isKept) await refuseLoss(options);
  await askInflux(
    options,
    `ALTER RETENTION POLICY "${name}" ON "${database}" DURATION ${keepDays}d` +
      (isSharded ? '' : ` SHARD DURATION ${shardHoursFor(keepDays)}h`),
  );
  const said = isKept
    ? `retention policy ${name} keeps ${keepDays} days already`
    : `retention policy ${name} keeps ${keepDays} days now; before ${toDays(duration)}`;
  const sharded = `, in shards of ${shardHoursFor(keepDays)} hours from now on; before ${shards}`;
  return { changed: 1, line: isSharded ? said : said + sharded };
}

/** A database that another program writes is not ours to change. */
async function refuseForeign(
  options: Backstop,
  { name, duration }: { name: string; duration: string },
): Promise<void> {
  const { database, keepDays, dropOlder } = options;
  const foreign = dropOlder ? [] : await foreignMeasurements(options, database);
  if (foreign.length === 0) return;
  throw new ChangeRefused(
    `database ${database} also holds what is not ours (${named(foreign)}), and its retention policy ${name} keeps ` +
      `${toDays(duration)}; nothing was changed. Give STORE_INFLUX_DATABASE a new name and run this again, or add ` +
      `drop-older to keep ${keepDays} days of all of it`,
  );
}
