import { isStaffRole, type ViewerRole } from '#contracts/facts/roles.ts';

/** The pages, each for other roles. */
export type HomePage = '/console/' | '/responder/' | '/family/';

/** The pages that somebody's roles open, their own first: staff and walls stand before the console. */
export function homePages(roles: readonly ViewerRole[]): HomePage[] {
  const pages: HomePage[] = [];
  if (roles.some((role) => role === 'wall' || isStaffRole(role))) pages.push('/console/');
  if (roles.includes('responder')) pages.push('/responder/');
  if (roles.includes('family')) pages.push('/family/');
  return pages;
}
