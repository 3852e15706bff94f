import { type Backstop, ChangeRefused, type InfluxProvisioned, refuseLoss } from './backstop.ts';
import {
  type Bucket,
  createBucket,
  createMapping,
  findBucket,
  findMapping,
  findOrganization,
  readBucket,
  setBucketRetention,
} from './influx-buckets.ts';

const daySeconds = 86_400;

/** InfluxDB 2.x: a bucket of the backstop's length, which InfluxQL finds as the database's default. */
export async function provisionInflux2(options: Backstop): Promise<InfluxProvisioned> {
  const { database, keepDays } = options;
  const orgID = await findOrganization(options, options.organization);
  const mapping = await findMapping(options, orgID, database);
  // Where a mapping names another bucket, that is the one which ingest writes.
  const found = mapping
    ? await readBucket(options, mapping.bucketId)
    : await findBucket(options, orgID, database);
  const lines: string[] = [];
  let changed = 0;
  const change = (line: string) => {
    lines.push(line);
    changed += 1;
  };

  if (found) {
    if (found.keptSeconds === keepDays * daySeconds) {
      lines.push(`bucket ${found.name} keeps ${keepDays} days already`);
    } else {
      if (mapping) await refuseLoss(options);
      else refuseUnknownLoss(found, options);
      await setBucketRetention(options, found.id, keepDays * daySeconds);
      change(`bucket ${found.name} keeps ${keepDays} days now; before ${retentionLines(found)}`);
    }
  }
  const bucket =
    found ?? (await createBucket(options, { orgID, name: database, keptSeconds: keepDays * daySeconds }));
  if (!found) change(`created bucket ${database} of ${keepDays} days`);
  // The server may have mapped a new bucket itself.
  if (mapping ?? (found ? undefined : await findMapping(options, orgID, database))) {
    lines.push(`database ${database} is mapped to bucket ${bucket.name}`);
  } else {
    await createMapping(options, { orgID, database, bucketID: bucket.id });
    change(`mapped database ${database} to bucket ${bucket.name}, its default`);
  }
  return { changed, lines };
}

/** A bucket without a mapping cannot be queried, so its contents are unknown. */
function refuseUnknownLoss({ name, keptSeconds }: Bucket, { keepDays, dropOlder }: Backstop): void {
  const isShorter = keptSeconds === 0 || keptSeconds > keepDays * daySeconds;
  if (!isShorter || dropOlder) return;
  throw new ChangeRefused(
    `bucket ${name} is there, and no database leads to it: ${keepDays} days may delete what others stored in it; ` +
      'nothing was changed. Take another STORE_INFLUX_DATABASE, or add drop-older',
  );
}

function retentionLines({ keptSeconds }: Bucket): string {
  return keptSeconds === 0 ? 'for ever' : `${Number((keptSeconds / daySeconds).toFixed(2))} days`;
}
