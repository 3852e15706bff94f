import { timezoneOf } from '#contracts/facts/timezone.ts';
import type { SessionView } from '#contracts/rest.ts';
import type { Registry } from '#registry/registry.ts';
import type { PeopleOfAccount } from './accounts.ts';
import { type PersonOfCommunity, type Viewer, viewerOf, withRights } from './rights.ts';
import type { SessionFacts, WallFacts } from './session-store.ts';

/** Says who is signed in, as pages are told; a wall has no login. */
export type ViewOfSession = (viewer: Viewer, login?: string) => Promise<SessionView>;

/** Creates it. */
export function createViewOfSession(deps: {
  registry: () => Registry;
  peopleOf: PeopleOfAccount;
  hasPin: (who: PersonOfCommunity) => Promise<boolean>;
  /** `08:00,20:00`. */
  shiftStarts: string;
}): ViewOfSession {
  const shiftStarts = deps.shiftStarts.split(',');
  const named = (id: string) => {
    const community = deps.registry().of(id)?.community;
    return { id, nameZh: community?.name_zh ?? id, nameEn: community?.name_en ?? id };
  };
  return async (viewer, login) => {
    const timezone = timezoneOf(deps.registry().of(viewer.community)?.community);
    const account = login === undefined ? undefined : await deps.peopleOf(login);
    const communities = (account?.viewers ?? []).map(({ community }) => ({
      ...named(community),
      ...(community === account?.last && { isLast: true as const }),
    }));
    return {
      person: { id: viewer.person, name: viewer.name },
      roles: viewer.roles,
      elders: viewer.elders,
      hasPin: await deps.hasPin(viewer),
      community: { ...named(viewer.community), timezone },
      ...(communities.length > 1 && { communities }),
      ...(viewer.roles.includes('wall') && { wall: { shiftStarts } }),
    };
  };
}

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
