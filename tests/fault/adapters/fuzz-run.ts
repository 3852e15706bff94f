import { createFuzzContext } from './fuzz-context.ts';
import type { FuzzedAdapter, FuzzTarget } from './fuzz-target.ts';
import { terminal, webhook, zigbee } from './message-targets.ts';
import { mutate, type Random, randomBytes } from './mutations.ts';
import { panel, watch } from './tcp-targets.ts';

/** Every adapter, in the order of the table. */
export const fuzzedAdapters: readonly FuzzedAdapter[] = [watch, panel, terminal, webhook, zigbee];

/** What came of an adapter's damaged messages. */
export interface FuzzResult {
  adapter: string;
  messages: number;
  randomMessages: number;
  throws: number;
  /** Well-formed alarms that did not come through at once behind a batch. */
  stuck: number;
  /** Events that bytes nobody wrote became, by kind, but `unreadable-alarm`. */
  fromRandom: Record<string, number>;
  /** Observations that the outbox had to mend. */
  mended: number;
  /** The first faults, with the bytes that caused each. */
  samples: string[];
}

const batch = 100;
const maxSamples = 5;
const paceMs = 250;
const longestRandom = 2048;
const shownBytes = 300;

/** Feeds an adapter damaged messages, then a tenth as many of random bytes. */
export async function fuzz(
  adapter: FuzzedAdapter,
  options: { messages: number; random: Random },
): Promise<FuzzResult> {
  const { messages, random } = options;
  const result: FuzzResult = {
    adapter: adapter.name,
    messages,
    randomMessages: Math.ceil(messages / 10),
    throws: 0,
    stuck: 0,
    fromRandom: {},
    mended: 0,
    samples: [],
  };
  const others = fuzzedAdapters.flatMap(({ corpus }) => corpus);
  const damaged = await feed(adapter, messages, result, (index) =>
    mutate(adapter.corpus[index % adapter.corpus.length] as Buffer, others, random),
  );
  result.mended = damaged.mended;
  const noise = await feed(adapter, result.randomMessages, result, () =>
    randomBytes(1 + Math.floor(random() * longestRandom), random),
  );
  noise.events.delete('unreadable-alarm');
  result.fromRandom = Object.fromEntries(noise.events);
  return result;
}

async function feed(
  adapter: FuzzedAdapter,
  messages: number,
  result: FuzzResult,
  next: (index: number) => Buffer,
) {
  const context = createFuzzContext();
  const target = await adapter.open(context);
  const ofBatch: Buffer[] = [];
  for (let index = 0; index < messages; index++) {
    const message = next(index);
    ofBatch.push(message);
    context.clock += paceMs;
    await send(target, message, result);
    if ((index + 1) % batch === 0 || index === messages - 1) {
      await probe(target, ofBatch, result);
      ofBatch.length = 0;
    }
  }
  await target.close();
  return { events: context.events, mended: context.mended };
}

async function send(target: FuzzTarget, message: Buffer, result: FuzzResult): Promise<void> {
  const { caught } = target.context;
  try {
    await target.send(message);
  } catch (error) {
    caught.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  if (caught.length === 0) return;
  result.throws += 1;
  sample(result, `${caught[0]}\n  message ${shown(message)}`);
  caught.length = 0;
}

/** The probe is no event of what is measured. */
async function probe(target: FuzzTarget, before: readonly Buffer[], result: FuzzResult): Promise<void> {
  const { events } = target.context;
  const kept = new Map(events);
  const isThrough = await target.probe();
  const meanwhile = [...events].filter(([kind, count]) => count !== kept.get(kind));
  for (const [kind] of meanwhile) {
    const count = kept.get(kind);
    if (count === undefined) events.delete(kind);
    else events.set(kind, count);
  }
  if (isThrough) return;
  result.stuck += 1;
  sample(result, `no alarm came through behind\n  ${before.slice(-3).map(shown).join('\n  ')}`);
}

function sample(result: FuzzResult, words: string): void {
  if (result.samples.length < maxSamples) result.samples.push(words);
}

function shown(bytes: Buffer): string {
  return `(${bytes.length} bytes) ${JSON.stringify(bytes.subarray(0, shownBytes).toString('latin1'))}`;
}
