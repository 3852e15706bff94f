import type { Incident } from '#contracts/incident.ts';
import type { LiveState } from '../../shared/live/live-state.ts';

const levelRank = { red: 0, orange: 1, yellow: 2, blue: 3 } as const satisfies Record<
  Incident['level'],
  number
>;
const stateRank = { new: 0, acknowledged: 1, resolved: 2 } as const satisfies Record<
  Incident['state'],
  number
>;

/** What a list of incidents is drawn from. */
export interface IncidentLists {
  /** What nobody answers first, then what is not yet seen, then worst level, then oldest. */
  open: readonly Incident[];
  /** Newest resolved first. */
  resolved: readonly Incident[];
  unacknowledged: number;
}

/** Orders open incidents: what nobody answers first, then what is not yet seen, then worst level, then oldest. */
export function compareOpen(a: Incident, b: Incident): number {
  return (
    unansweredRank(a) - unansweredRank(b) ||
    stateRank[a.state] - stateRank[b.state] ||
    levelRank[a.level] - levelRank[b.level] ||
    a.openedAt - b.openedAt ||
    (a.id < b.id ? -1 : 1)
  );
}

const unansweredRank = ({ unansweredSince }: Incident) => (unansweredSince === undefined ? 1 : 0);

const listsOf = new WeakMap<LiveState['incidents'], IncidentLists>();

/** The lists of a live state; the same lists for the same incidents. */
export function incidentLists(state: LiveState): IncidentLists {
  const known = listsOf.get(state.incidents);
  if (known) return known;
  const all = [...state.incidents.values()];
  const open = all.filter((incident) => incident.state !== 'resolved').sort(compareOpen);
  const lists = {
    open,
    resolved: newestResolvedFirst(all),
    unacknowledged: open.filter((incident) => incident.state === 'new').length,
  };
  listsOf.set(state.incidents, lists);
  return lists;
}

/** The resolved ones among incidents, newest resolved first. */
export function newestResolvedFirst(incidents: readonly Incident[]): Incident[] {
  return incidents
    .filter((incident) => incident.state === 'resolved')
    .sort((a, b) => (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0));
}

/** Joins incidents of two sources; of one incident the newer version stays. */
export function joinIncidents(...sources: (readonly Incident[])[]): Incident[] {
  const byId = new Map<string, Incident>();
  for (const incident of sources.flat()) {
    const before = byId.get(incident.id);
    if (!before || before.version < incident.version) byId.set(incident.id, incident);
  }
  return [...byId.values()];
}
