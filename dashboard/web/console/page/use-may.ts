import { useMemo } from 'react';
import { type Permission, type Rights, rightsOf } from '#contracts/facts/rights.ts';
import type { Incident } from '#contracts/incident.ts';
import type { SessionView } from '#contracts/rest.ts';
import { useConsole } from './console-context.ts';

/** Actions on an incident that a page shows or leaves out. */
export type IncidentAction = Extract<
  Permission,
  'open' | 'acknowledge' | 'assign' | 'note' | 'resolve' | 'reopen'
>;

/** What the page draws: controls for what the viewer may not do are left out. */
export interface May {
  incident(action: IncidentAction, incident?: Incident): boolean;
  moveAssignment(person: string): boolean;
  command: boolean;
  seeWalls: boolean;
  enrolWalls: boolean;
  export: boolean;
  seeDeadLetters: boolean;
}

/** True where the page is a wall's. */
export function isWall(session: SessionView): boolean {
  return session.roles.includes('wall');
}

/** The rights a page draws by. A wall shows a guard's actions, since each asks who acts; the server holds to that person's. */
export function shownRights(session: SessionView): Rights {
  return rightsOf({
    person: session.person.id,
    community: session.community.id,
    roles: isWall(session) ? ['guard'] : session.roles,
    elders: session.elders,
  });
}

/** What the signed-in person may do on this page. */
export function useMay(): May {
  const { session } = useConsole();
  return useMemo(() => {
    const rights = shownRights(session);
    const community = session.community.id;
    return {
      incident: (action, incident) =>
        rights.may(action, 'Incident', {
          community,
          isOpen: incident === undefined || incident.state !== 'resolved',
          reached: incident?.assignments.map(({ person }) => person) ?? [],
        }),
      moveAssignment: (person) => rights.may('move', 'Assignment', { community, person }),
      command: rights.may('command', 'Device', { community }),
      seeWalls: rights.may('see', 'Wall', { community }),
      enrolWalls: rights.may('enrol', 'Wall', { community }),
      export: rights.may('export', 'Community', { id: community }),
      seeDeadLetters: rights.may('see', 'DeadLetter', { community }),
    };
  }, [session]);
}
