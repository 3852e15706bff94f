import { keptDays, platformMetricsDays, retentionClassNames } from '#contracts/facts/retention.ts';
import { retentionOf } from '#registry/community-registry.ts';
import { type PollLoop, startPollLoop } from '#runtime/poll-loop.ts';
import { IngestError } from '../errors.ts';
import { createSummaryWriter, type SummaryOptions } from './summary-writer.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/** Makes summaries and removes what is no longer kept, beside the writer. */
export interface RetentionOptions extends SummaryOptions {
  store: Pick<TelemetryStore, 'summarize' | 'expire'>;
  intervalMs?: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** How often it is looked for what is due, in ms. */
const everyMs = 5000;
/** Time between two removals, in ms; the first comes with the start. */
const expireEveryMs = 6 * hourMs;

/** Starts keeping; what the store does not take is tried again at the next run. */
export function startRetention(options: RetentionOptions): Pick<PollLoop, 'close'> {
  const { store, now, log } = options;
  let expiredAt = Number.NEGATIVE_INFINITY;

  const summarize = createSummaryWriter(options);
  const beforeDays = (days: number) => Math.floor((now() - days * dayMs) / hourMs) * hourMs;
  const expire = async () => {
    await store.expire({ class: 'metrics', before: beforeDays(platformMetricsDays) });
    for (const { community } of options.registry().communities.values()) {
      const retention = retentionOf(community);
      for (const name of retentionClassNames) {
        const before = beforeDays(keptDays(retention, name));
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
    startPollLoop({ name: 'summaries', intervalMs, log, run: summarize }),
    startPollLoop({
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
