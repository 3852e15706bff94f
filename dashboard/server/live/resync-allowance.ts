import { createBoundedMap } from '#runtime/bounded-map.ts';

/** Resyncs of one page, and of one session over all its pages, in a window: a page asks every 2 s at most. */
export const resyncLimits = { perPage: 20, perSession: 200, windowMs: 5000 };

/** Windows remembered: far more than pages may be open. */
const maxKeys = 20_000;

/** Limits how often pages are brought up to date, so that one that asks without end delays no other's alarms. */
export interface ResyncAllowance {
  /** Counts a resync. @returns 0 where it may be answered, else ms until one may; a refused one is not counted. */
  acquire(page: string, session: string): number;
}

/** Creates the allowance, in memory. */
export function createResyncAllowance(now: () => number, limits = resyncLimits): ResyncAllowance {
  const windows = createBoundedMap<string, { until: number; count: number }>(maxKeys);
  const windowOf = (key: string) => {
    const known = windows.get(key);
    if (known && now() < known.until) return known;
    const opened = { until: now() + limits.windowMs, count: 0 };
    windows.set(key, opened);
    return opened;
  };
  return {
    acquire: (page, session) => {
      const ofPage = windowOf(`page:${page}`);
      const ofSession = windowOf(`session:${session}`);
      if (ofPage.count >= limits.perPage) return ofPage.until - now();
      if (ofSession.count >= limits.perSession) return ofSession.until - now();
      ofPage.count += 1;
      ofSession.count += 1;
      return 0;
    },
  };
}
