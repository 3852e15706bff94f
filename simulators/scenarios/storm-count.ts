import type { IncidentDetail } from '#contracts/rest.ts';
import type { PageClient } from '../page-client.ts';
import type { Storm } from './storm-alarms.ts';

/** How many alarms the page knew of each incident, and since when. */
export interface ShownAlarms {
  /** Alarms on the page that were not there at the beginning. */
  alarms(): number;
  /** When the page first knew that the incident has so many alarms. */
  since(incident: string, alarmCount: number): number | undefined;
  close(): void;
}

/** Follows the counts of alarms on the page from now on. */
export function followPage(page: PageClient): ShownAlarms {
  const before = new Map([...page.incidents.values()].map(({ id, alarmCount }) => [id, alarmCount]));
  const steps = new Map<string, { alarmCount: number; at: number }[]>();
  let alarms = 0;
  const close = page.onUpdate((update) => {
    if (update.type !== 'incident') return;
    const { id, alarmCount } = update.incident;
    const known = steps.get(id) ?? [];
    alarms += alarmCount - (known.at(-1)?.alarmCount ?? before.get(id) ?? 0);
    known.push({ alarmCount, at: performance.now() });
    steps.set(id, known);
  });
  return {
    alarms: () => alarms,
    since: (incident, alarmCount) => {
      return steps.get(incident)?.find((step) => step.alarmCount >= alarmCount)?.at;
    },
    close,
  };
}

/** How often each alarm stands on all timelines together, and when it was on the page. */
export async function countTimelines(options: {
  page: PageClient;
  prepared: Storm;
  shown: ShownAlarms;
}): Promise<{
  counts: ReadonlyMap<string, number>;
  shownAt: ReadonlyMap<string, number>;
  incidents: number;
}> {
  const { page, prepared, shown } = options;
  const counts = new Map<string, number>();
  const shownAt = new Map<string, number>();
  const touched = new Set<string>();
  for (const id of page.incidents.keys()) {
    const { incident, timeline } = await page.rest<IncidentDetail>('GET', `/api/incidents/${id}`);
    let alarmCount = 0;
    for (const line of timeline) {
      if (line.type === 'alarm') alarmCount += 1;
      const name = prepared.nameOf(line, incident.place.dwelling);
      if (name === undefined) continue;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      touched.add(id);
      const at = shown.since(id, alarmCount);
      if (at !== undefined) shownAt.set(name, at);
    }
  }
  return { counts, shownAt, incidents: touched.size };
}
