import type { Incident, Outcome } from '#contracts/incident.ts';

/** An incident just resolved, which may still be undone. */
export interface Resolved {
  incident: Incident;
  outcome: Outcome;
}
