import { askInflux } from './ask-influx.ts';
import { sameDuration, toDays } from './influx-duration.ts';
import type { Backstop, InfluxProvisioned } from './provision-influx.ts';
import { refuseLoss } from './refuse-loss.ts';

/** InfluxDB 1.x: one database with one default retention policy of the backstop's length. */
export async function provisionInflux1(options: Backstop): Promise<InfluxProvisioned> {
  const databases = await askInflux(options, 'SHOW DATABASES');
  if (!databases.some(({ name }) => name === options.database)) {
    await askInflux(
      options,
      `CREATE DATABASE "${options.database}" WITH DURATION ${options.keepDays}d NAME "backstop"`,
    );
    const made = `created database ${options.database} with retention policy backstop of ${options.keepDays} days`;
    return { changed: 1, lines: [made] };
  }
  const { changed, line } = await setBackstop(options);
  return { changed, lines: [`database ${options.database} is there`, line] };
}

/** Changes the default policy in place: under a new one, what is already stored would vanish from every chart. */
async function setBackstop(options: Backstop): Promise<{ changed: number; line: string }> {
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
  await refuseLoss(options);
  await askInflux(options, `ALTER RETENTION POLICY "${name}" ON "${database}" DURATION ${keepDays}d`);
  return {
    changed: 1,
    line: `retention policy ${name} keeps ${keepDays} days now; before ${toDays(duration)}`,
  };
}
