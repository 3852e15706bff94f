import type { SessionView } from '#contracts/rest.ts';
import type { Registry } from '#registry/registry.ts';
import type { PeopleOfAccount } from './account-communities.ts';
import type { PersonOfCommunity, Viewer } from './rights.ts';

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
    const timezone = deps.registry().of(viewer.community)?.community.timezone ?? 'Asia/Shanghai';
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
