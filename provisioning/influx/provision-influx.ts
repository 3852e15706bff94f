import { influxVersion } from './ask-influx.ts';
import { type Backstop, ChangeRefused, type InfluxProvision, type InfluxProvisioned } from './backstop.ts';
import { longestDays, retentionLines } from './kept-days.ts';
import { provisionInflux1 } from './provision-influx1.ts';
import { provisionInflux2 } from './provision-influx2.ts';
import { provisionInflux3 } from './provision-influx3.ts';

/**
 * Sets up a server with one database that keeps data no longer than the backstop; a second run changes nothing. The
 * lines say what is kept, what expires it, and what was changed.
 *
 * A change that would delete points without consent, or alter another program's database, is not made but reported.
 *
 * @throws {Error} where the server is unreachable or refuses.
 */
export async function provisionInflux(options: InfluxProvision): Promise<InfluxProvisioned> {
  const version = await influxVersion(options);
  const longest = longestDays(options.retentions);
  const backstop: Backstop = { ...options, keepDays: options.keepDays ?? longest };
  const isRemover = !version.startsWith('3.');
  const provision = { 1: provisionInflux1, 2: provisionInflux2, 3: provisionInflux3 }[version[0] ?? ''];
  if (!provision) throw new Error(`InfluxDB ${version} at ${options.url} is none of 1.x, 2.x and 3 Core`);
  const { changed, lines } = await provision(backstop).catch(leftUndone);
  return {
    changed,
    lines: [
      isRemover
        ? 'kept, and removed every 6 hours by our store writer, class by class and community by community:'
        : 'to be kept:',
      ...retentionLines(options.retentions),
      `InfluxDB ${version} at ${options.url}`,
      ...lines,
      ...(isRemover ? [] : whatStays(version)),
      ...(backstop.keepDays < longest
        ? [`the backstop of ${backstop.keepDays} days ends what is to be kept longer, up to ${longest} days`]
        : []),
    ],
  };
}

/** Nothing was changed; the state is reported with what to do: an existing server is no failure. */
function leftUndone(error: unknown): InfluxProvisioned {
  if (!(error instanceof ChangeRefused)) throw error;
  return { changed: 0, lines: [error.message] };
}

function whatStays(version: string): string[] {
  return [
    `InfluxDB ${version} carries out no DELETE, so our store writer removes nothing there: whatever its class or`,
    "community, everything stays until the database's own retention period ends it. Where classes have to end one by",
    'one, as vitals and location by what elders agreed to, take InfluxDB 1.x or 2.x, or SQLite.',
  ];
}
