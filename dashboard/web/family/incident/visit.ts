import type { ElderView } from '#contracts/elder.ts';

/** When a visit was asked for on this page: the time of the view that stood then. */
export type AskedAt = number | undefined;

/**
 * True while a request for a visit stands. What was asked on this page counts until a fresher view shows it, and
 * for good where the elder shares no incidents, in which it would show.
 */
export function standsVisit({ incidents, classes, now }: ElderView, askedAt: AskedAt): boolean {
  const isShown = incidents.some(
    ({ state, kind, steps }) =>
      state !== 'resolved' &&
      (kind === 'visit-request' || steps.some(({ type }) => type === 'visit-requested')),
  );
  return isShown || (askedAt !== undefined && (now <= askedAt || !classes.includes('alarms')));
}
