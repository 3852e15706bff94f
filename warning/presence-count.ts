import type { PresenceCount } from '#contracts/warning-transition.ts';

/** How many of each community are in which state; 0 where none is. */
export function countStates(
  of: PresenceCount['of'],
  states: readonly string[],
  who: Iterable<{ community: string; state: string }>,
): PresenceCount[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { community, state } of who) {
    const own = counts.get(community) ?? new Map(states.map((known) => [known, 0]));
    counts.set(community, own.set(state, (own.get(state) ?? 0) + 1));
  }
  return [...counts].flatMap(([community, own]) =>
    [...own].map(([state, count]) => ({ of, community, state, count })),
  );
}
