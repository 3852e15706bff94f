import type { Incident } from '#contracts/incident.ts';

/** Levels that sound until somebody acknowledges; yellow only shows, blue waits for the morning. */
export type AudibleLevel = 'red' | 'orange';

/**
 * The worst level that must sound now; undefined where every red and orange incident has been seen. What nobody answers
 * sounds as red, whatever its level.
 */
export function levelToSound(incidents: Iterable<Incident>): AudibleLevel | undefined {
  let worst: AudibleLevel | undefined;
  for (const { state, level, unansweredSince } of incidents) {
    if (state !== 'new') continue;
    if (level === 'red' || unansweredSince !== undefined) return 'red';
    if (level === 'orange') worst = 'orange';
  }
  return worst;
}

/** Most incidents one announcement names; the rest is counted. */
export const maxAnnounced = 3;

/**
 * What a screen reader is to say after a change: incidents that ask to be seen and did not before, in either list
 * order, because they are new, because a worse or other alarm came in, or because nobody answers.
 */
export function newlyAsking(
  before: ReadonlyMap<string, Incident>,
  after: ReadonlyMap<string, Incident>,
): Incident[] {
  if (before === after) return [];
  return [...after.values()].filter((incident) => {
    if (incident.state !== 'new') return false;
    const known = before.get(incident.id);
    if (known?.state !== 'new' || known.attention < incident.attention) return true;
    return known.unansweredSince === undefined && incident.unansweredSince !== undefined;
  });
}
