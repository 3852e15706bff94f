import { createCounter, createGauge, type Metrics } from '#runtime/health.ts';

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
  return {
    signIns: createCounter(metrics, 'dashboard_sign_ins_total', 'Sign-ins checked.', ['outcome']),
    liveUpdates: createCounter(metrics, 'dashboard_live_updates_total', 'Updates sent to live rooms.', [
      'type',
    ]),
    slowPages: createCounter(
      metrics,
      'dashboard_slow_pages_total',
      'Pages let go because they did not keep up.',
    ),
    refusals: createCounter(
      metrics,
      'dashboard_refusals_total',
      'Sign-ins, codes, PINs, pages, requests and connections refused or cut.',
      ['code'],
    ),
  };
}

/** Adds the number of connected pages. */
export function watchConnections(metrics: Metrics, read: () => number): void {
  createGauge(metrics, 'dashboard_live_pages', 'Pages connected to live rooms.', read);
}
