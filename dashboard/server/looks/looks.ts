import type { FastifyRequest } from 'fastify';
import type { Incident } from '#contracts/incident.ts';
import type { AuditAct } from '../audit.ts';

/** Something that was shown to somebody, as the audit log calls it. */
export interface Look {
  act: AuditAct;
  object: string;
}

/** Who looked: the part of a request, or of a page's socket, that says it. */
export type Looking = Pick<FastifyRequest, 'viewer' | 'sessionFacts' | 'ip'>;

/** Looks at what stood on a page among other things: a line the first time, and again where it still stands later. */
const glances: ReadonlySet<AuditAct> = new Set([
  'community.shown',
  'incident.shown',
  'device.shown',
  'people.shown',
  'elder.shown',
  'letter.shown',
]);

/** The object of a look at all of a kind. */
export const allOfThem = 'all';

/** True where not every time counts. */
export function isGlance({ act }: Look): boolean {
  return glances.has(act);
}

/** Incidents of a list. */
export function incidentsShown(incidents: readonly Pick<Incident, 'id'>[]): Look[] {
  return incidents.map(({ id }) => ({ act: 'incident.shown', object: id }));
}
