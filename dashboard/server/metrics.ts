import { createCounter, createGauge, type Metrics } from '#runtime/health.ts';
import { dashboardErrorCodes } from '../errors.ts';

/** What the dashboard counts. */
export interface DashboardMetrics {
  signIns: ReturnType<typeof createCounter<'outcome'>>;
  liveUpdates: ReturnType<typeof createCounter<'type'>>;
  slowPages: ReturnType<typeof createCounter>;
  /** By error code, which is one of a fixed list. */
  refusals: ReturnType<typeof createCounter<'code'>>;
}

/** Creates the dashboard's counters. */
export function createDashboardMetrics(metrics: Metrics): DashboardMetrics {
  const refusals = createCounter(
    metrics,
    'dashboard_refusals_total',
    'Sign-ins, codes, PINs, pages, requests and connections refused or cut.',
    ['code'],
  );
  // From 0 on, or a chart of what rises would miss all that comes before the first report.
  for (const code of dashboardErrorCodes) refusals.inc({ code }, 0);
  return {
    refusals,
    signIns: createCounter(metrics, 'dashboard_sign_ins_total', 'Sign-ins checked.', ['outcome']),
    liveUpdates: createCounter(metrics, 'dashboard_live_updates_total', 'Updates sent to live rooms.', [
      'type',
    ]),
    slowPages: createCounter(
      metrics,
      'dashboard_slow_pages_total',
      'Pages let go because they did not keep up.',
    ),
  };
}

/** Adds how many entries of the access log wait to be written. */
export function watchAccessLog(metrics: Metrics, read: () => number): void {
  const words = 'Accesses of live pages that are not in the audit log yet.';
  createGauge(metrics, 'dashboard_access_entries_waiting', words, read);
}

/** Adds the number of connected pages. */
export function watchConnections(metrics: Metrics, read: () => number): void {
  createGauge(metrics, 'dashboard_live_pages', 'Pages connected to live rooms.', read);
}
