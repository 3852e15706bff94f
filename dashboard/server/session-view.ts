import type { SessionView } from '#contracts/rest.ts';
import type { Registry } from '#registry/registry.ts';
import type { PersonOfCommunity, Viewer } from './rights.ts';

/** Says who is signed in, as pages are told. */
export type ViewOfSession = (viewer: Viewer) => Promise<SessionView>;

/** Creates it. */
export function createViewOfSession(deps: {
  registry: () => Registry;
  hasPin: (who: PersonOfCommunity) => Promise<boolean>;
  /** `08:00,20:00`. */
  shiftStarts: string;
}): ViewOfSession {
  const shiftStarts = deps.shiftStarts.split(',');
  return async (viewer) => {
    const community = deps.registry().of(viewer.community)?.community;
    const timezone = community?.timezone ?? 'Asia/Shanghai';
    return {
      person: { id: viewer.person, name: viewer.name },
      roles: viewer.roles,
      elders: viewer.elders,
      hasPin: await deps.hasPin(viewer),
      community: {
        id: viewer.community,
        nameZh: community?.name_zh ?? viewer.community,
        nameEn: community?.name_en ?? viewer.community,
        timezone,
      },
      ...(viewer.roles.includes('wall') && { wall: { shiftStarts } }),
    };
  };
}
