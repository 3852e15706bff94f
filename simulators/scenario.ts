import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPageClient } from './page-client.ts';
import { scenarios } from './scenarios/all.ts';
import { readArguments, type Wanted } from './scenarios/read-arguments.ts';
import type { Running, ScenarioResult } from './scenarios/scenario.ts';

const usage = `npm run scenario -- <name> [options]

${Object.entries(scenarios)
  .map(([name, { words, options }]) =>
    [
      `  ${name.padEnd(16)} ${words}`,
      ...Object.entries(options ?? {}).map(
        ([option, { words: what, default: fallback, minimum, maximum }]) =>
          `  ${''.padEnd(16)} --${option} N: ${what}, ${minimum} to ${maximum} (${fallback})`,
      ),
    ].join('\n'),
  )
  .join('\n')}
  ${'all'.padEnd(16)} each of them once, and a table

Runs against the "npm start" whose data folder is SHOUWANG_DATA_DIR (default: data).`;

/** Parts of the secrets of a machine that scenarios need. */
interface Secrets {
  demo: { login: string; password: string };
  gateways: Record<string, string>;
}

const dataDir = process.env.SHOUWANG_DATA_DIR ?? 'data';
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stopped.abort(new Error('stopped')));
}

const words = process.argv.slice(2);
if (words.length === 0) {
  console.log(usage);
  process.exit(0);
}
const wanted = readWanted();
const rows: { name: string; result?: ScenarioResult; failure?: string }[] = [];
for (const each of wanted) {
  if (stopped.signal.aborted) break;
  if (wanted.length > 1) console.log(`\n${each.name}: ${each.scenario.words}`);
  try {
    rows.push({ name: each.name, result: await play(each) });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    console.error(`${each.name}: ${failure}`);
    rows.push({ name: each.name, failure });
  }
}
if (wanted.length > 1) printTable();
process.exit(rows.length === wanted.length && rows.every(({ result }) => result) ? 0 : 1);

function readWanted(): Wanted[] {
  try {
    return readArguments(words, scenarios);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(1);
  }
}

async function play({ scenario, options }: Wanted): Promise<ScenarioResult> {
  const running = readJson<Running>('running.json');
  const { demo, gateways } = readJson<Secrets>('secrets.json');
  const page = await openPageClient({ url: running.url, ...demo }).catch((error) => {
    throw new Error(`no page at ${running.url}: is "npm start" still running? (${error.message})`);
  });
  try {
    return await scenario.play({
      running,
      dataDir,
      gatewaySecrets: gateways,
      page,
      options,
      print: (line) => console.log(line),
      signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(scenario.patienceMs)]),
    });
  } finally {
    page.close();
  }
}

function printTable(): void {
  console.log('');
  for (const { name, result, failure } of rows) {
    const cells = result
      ? [`${result.elapsedMs} ms`.padStart(10), result.outcome]
      : ['FAILED'.padStart(10), failure];
    console.log(`${name.padEnd(16)} ${cells.join('  ')}`);
  }
}

function readJson<T>(name: string): T {
  const file = join(dataDir, name);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    throw new Error(`${file} is not readable: is "npm start" running, with the same SHOUWANG_DATA_DIR?`);
  }
}
