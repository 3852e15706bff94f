import { keptDays, retentionClassNames } from '#contracts/retention.ts';
import { type Registry, retentionOf } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import { startWokenLoop, type WokenLoop } from '#runtime/woken-loop.ts';
import { IngestError } from '../errors.ts';
import type { DueSummaries, DueSummary } from './due-summaries.ts';
import { maxBucketsAtOnce } from './summary-tiers.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/** Makes summaries and removes what is no longer kept, beside the writer. */
export interface KeepingOptions {
  store: Pick<TelemetryStore, 'summarize' | 'expire'>;
  due: DueSummaries;
  registry: () => Registry;
  now: () => number;
  log: Logger;
  intervalMs?: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** How often it is looked for what is due, in ms. */
const everyMs = 5000;
/** A bucket is summarized so long after its end, and again at most so often, in ms: readings come in batches. */
const settleMs = 60_000;
/** Time between two removals, in ms; the first comes with the start. */
const expireEveryMs = 6 * hourMs;
/** Marks looked at in one run, so that the loop can be ended in between. */
const maxAtOnce = 1000;

/** Starts keeping; what the store does not take is tried again at the next run. */
export function startKeeping(options: KeepingOptions): Pick<WokenLoop, 'close'> {
  const { store, due, now, log } = options;
  let expiredAt = Number.NEGATIVE_INFINITY;

  const summarize = async (): Promise<boolean> => {
    const at = now();
    const wanted = due.due(at - settleMs, at - settleMs, maxAtOnce);
    const oldest = oldestWhole(options.registry(), at);
    for (const run of runsOf(wanted)) {
      run.forEach(due.begin);
      // Of an older bucket a part may be gone already: its summary stands as it was.
      const whole = run.filter((one) => one.at >= oldest);
      const [first, last] = [whole[0], whole.at(-1)];
      if (first && last) await store.summarize(first.tier, first.at, last.at + last.tier);
      for (const one of run) due.end(one, now());
    }
    return wanted.length === maxAtOnce;
  };
  const expire = async () => {
    for (const community of options.registry().communities.values()) {
      const retention = retentionOf(community);
      for (const name of retentionClassNames) {
        const before = Math.floor((now() - keptDays(retention, name) * dayMs) / hourMs) * hourMs;
        await store.expire({ community: community.id, class: name, before });
      }
    }
  };
  const expireWhenDue = async () => {
    const at = now();
    if (at - expiredAt < expireEveryMs) return;
    try {
      await expire();
    } catch (error) {
      if (!(error instanceof IngestError) || error.code !== 'INGEST_STORE_KEEPS_ALL') throw error;
      log.warn({ code: error.code, reason: error.message }, 'what is old is left to the server');
    }
    expiredAt = at;
  };
  const intervalMs = options.intervalMs ?? everyMs;
  // Each in a loop of its own: a summary that fails must not keep what is to go.
  const loops = [
    startWokenLoop({ name: 'summaries', intervalMs, log, run: summarize }),
    startWokenLoop({
      name: 'expiry',
      intervalMs,
      log,
      run: async () => {
        await expireWhenDue();
        return false;
      },
    }),
  ];
  return {
    close: async () => {
      for (const { close } of loops) await close();
    },
  };
}

/** Neighbouring buckets of a tier together, since one question answers for all of them. */
function runsOf(wanted: readonly DueSummary[]): DueSummary[][] {
  const runs: DueSummary[][] = [];
  for (const one of wanted.toSorted((a, b) => a.tier - b.tier || a.at - b.at)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isNext = last?.tier === one.tier && last.at + one.tier === one.at;
    if (run && isNext && run.length < maxBucketsAtOnce) run.push(one);
    else runs.push([one]);
  }
  return runs;
}

/** Readings from here on are all there, whatever the community and class. */
function oldestWhole(registry: Registry, now: number): number {
  const days = [...registry.communities.values()].flatMap((community) =>
    (['vitals', 'telemetry'] as const).map((name) => keptDays(retentionOf(community), name)),
  );
  return days.length === 0 ? 0 : Math.ceil((now - Math.min(...days) * dayMs) / hourMs) * hourMs;
}
