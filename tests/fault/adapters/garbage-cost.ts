import { createFuzzContext } from './fuzz-context.ts';
import type { FuzzedAdapter } from './fuzz-target.ts';
import type { Random } from './mutations.ts';
import { randomBytes } from './mutations.ts';

/** CPU that 64 KiB of one kind of garbage cost, in ms: the median of its runs. */
export interface GarbageCost {
  adapter: string;
  garbage: string;
  cpuMs: number;
}

/** What 64 KiB may cost of the one thread that reads all devices, in ms. */
export const maxCostMs = 5;
/** Size of a piece of garbage. */
export const garbageBytes = 65_536;
const warmUps = 5;
const runs = 15;

const filled = (text: string) => Buffer.alloc(garbageBytes, text);

/** Garbage as strangers send it, and as somebody would who wants to cost much. */
export function garbageKinds(random: Random): Record<string, Buffer> {
  return {
    '@…': filled('@'),
    '@@##…': filled('@@##'),
    '[]…': filled('[]'),
    '[[[[…': filled('['),
    '[3G*…': filled('[3G*'),
    '7e…': Buffer.alloc(garbageBytes, 0x7e),
    '{"a":…': filled('{"a":'),
    '<a>…': filled('<a>'),
    '--x\\r\\n…': filled('--x\r\n'),
    '"…': filled('"'),
    'blanks, then a letter': filled(' ').fill('x', garbageBytes - 1),
    'blanks between letters': filled(' ')
      .fill('x', 0, 1)
      .fill('x', garbageBytes - 1),
    'blanks and zeros': filled(' \0'),
    '-…': filled('-'),
    '\\n--…': filled('\n--'),
    '--x\\na\\n…': filled('--x\na\n'),
    '--x\\n\\n…': filled('--x\n\n'),
    '<…': filled('<'),
    '</…': filled('</'),
    '<a …': filled('<a '),
    'AA…': filled('A'),
    '00…': filled('0'),
    ',…': filled(','),
    ':…': filled(':'),
    '\\0…': Buffer.alloc(garbageBytes),
    'ff…': Buffer.alloc(garbageBytes, 0xff),
    '"a":"…': filled('"eventType":"'),
    '{"a":1},…': filled('{"a":1},'),
    'one long text': Buffer.from(`{"a":"${'x'.repeat(garbageBytes - 8)}"}`),
    'one long name': Buffer.from(`<${'x'.repeat(garbageBytes - 2)}>`),
    random: randomBytes(garbageBytes, random),
  };
}

/** What every kind costs an adapter. */
export async function costsOf(adapter: FuzzedAdapter, random: Random): Promise<GarbageCost[]> {
  const swallow = adapter.swallow(createFuzzContext());
  const costs: GarbageCost[] = [];
  for (const [garbage, bytes] of Object.entries(garbageKinds(random))) {
    costs.push({ adapter: adapter.name, garbage, cpuMs: await cpuOf(() => swallow(bytes)) });
  }
  return costs;
}

/** The same bytes added up one by one, and copied once: less than that no reader can do. */
export async function baselineOf(random: Random): Promise<number> {
  const bytes = randomBytes(garbageBytes, random);
  let sum = 0;
  const cost = await cpuOf(() => {
    for (const byte of Buffer.from(bytes)) sum += byte;
  });
  return sum > 0 ? cost : Number.NaN;
}

async function cpuOf(work: () => unknown): Promise<number> {
  const measured: number[] = [];
  for (let run = 0; run < warmUps + runs; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    if (run >= warmUps) measured.push((user + system) / 1000);
  }
  return measured.toSorted((a, b) => a - b)[runs >> 1] as number;
}
