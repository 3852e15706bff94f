import type { Registry } from '#registry/registry.ts';
import { type Viewer, viewerOf, withRights } from '../rights.ts';
import type { SessionFacts, WallFacts } from '../session-store.ts';

/** What the person or wall of a session may be shown; undefined where they may see nothing. */
export function viewerOfSession(registry: Registry, facts: SessionFacts): Viewer | undefined {
  if (facts.wall) return viewerOfWall(registry, facts.wall);
  return facts.who && viewerOf(registry, facts.who);
}

/** A wall shows its community and does nothing of its own. */
export function viewerOfWall(registry: Registry, { id, community, name }: WallFacts): Viewer | undefined {
  if (!registry.communities.has(community)) return undefined;
  return withRights({ person: id, name, community, roles: ['wall'], elders: [] });
}
