import { keptDays } from '#contracts/facts/retention.ts';
import { retentionOf } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import { IngestError } from '../errors.ts';
import type { DueSummaries, DueSummary } from './due-summaries.ts';
import { StoreRefused } from './store-errors.ts';
import { maxBucketsAtOnce } from './summary-tiers.ts';
import type { TelemetryStore } from './telemetry-store.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A bucket is summarized so long after its end, and again at most so often, in ms: readings come in batches. */
const settleMs = 60_000;
/** Marks looked at in one run, so that the loop can be ended in between. */
const maxAtOnce = 1000;

/** What summaries are made with. */
export interface SummaryOptions {
  store: Pick<TelemetryStore, 'summarize'>;
  due: DueSummaries;
  registry: () => Registry;
  now: () => number;
  log: Logger;
  /** Told how many summaries the store refuses, when that has changed. */
  onRefused?: (summaries: number) => void;
}

/**
 * Creates the run that makes what summaries are due; it answers true where more are waiting.
 *
 * A summary that the store refuses waits by itself and is asked for again, until its readings are no longer kept.
 * While the store is unreachable the run ends with that error, since every other summary would fail too.
 */
export function createSummaryWriter(options: SummaryOptions): () => Promise<boolean> {
  const { store, due, now, log } = options;
  let reported: number | undefined;

  const make = async (run: readonly DueSummary[], oldest: number) => {
    run.forEach(due.begin);
    // Readings of an older bucket may already be deleted: its summary stays unchanged.
    const whole = run.filter((one) => one.at >= oldest);
    const [first, last] = [whole[0], whole.at(-1)];
    if (first && last) await store.summarize(first.tier, first.at, last.at + last.tier);
    for (const one of run) due.end(one, now());
  };
  /** Tries a run, and its buckets one by one where it is refused; answers why the last one was. */
  const tryToMake = async (run: readonly DueSummary[], oldest: number): Promise<unknown> => {
    try {
      await make(run, oldest);
      return undefined;
    } catch (error) {
      if (isUnreachable(error)) throw error;
      const [only] = run;
      if (only && run.length === 1) {
        due.postpone(only, now(), error instanceof StoreRefused ? error.refusal : 'other');
        return error;
      }
    }
    let refusal: unknown;
    for (const one of run) refusal = (await tryToMake([one], oldest)) ?? refusal;
    return refusal;
  };
  /** Says so when the store begins to refuse, or refuses nothing any more. */
  const report = (refusal: unknown) => {
    const refused = due.refused();
    if (refused === reported) return;
    if (refused > 0 && !reported) log.error({ err: refusal, refused }, 'summaries refused');
    if (refused === 0 && reported) log.info('summaries are taken again');
    reported = refused;
    options.onRefused?.(refused);
  };
  return async () => {
    const at = now();
    const wanted = due.due({ since: at - settleMs, now: at }, maxAtOnce);
    const oldest = oldestWhole(options.registry(), at);
    let refusal: unknown;
    for (const run of runsOf(wanted)) refusal = (await tryToMake(run, oldest)) ?? refusal;
    report(refusal);
    return wanted.length === maxAtOnce;
  };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof IngestError && error.code === 'INGEST_STORE_UNREACHABLE';
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
  const days = [...registry.communities.values()].flatMap(({ community }) =>
    (['vitals', 'telemetry'] as const).map((name) => keptDays(retentionOf(community), name)),
  );
  return days.length === 0 ? 0 : Math.ceil((now - Math.min(...days) * dayMs) / hourMs) * hourMs;
}
