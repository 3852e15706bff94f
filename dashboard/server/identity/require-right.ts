import type { FastifyRequest } from 'fastify';
import type { Permission } from '#contracts/facts/rights.ts';
import type { Incident } from '#contracts/incident.ts';
import type { AuditAction } from '../audit/audit.ts';
import { notFound } from '../http/refusal.ts';
import { type RouteDeps, requesterOf, viewerOn } from '../http/routes.ts';

type Asking = Pick<FastifyRequest, 'viewer' | 'sessionFacts' | 'ip'>;

/** What somebody asks for, as the audit log calls it. */
export interface Asked {
  action: AuditAction;
  object: string;
}

/**
 * Lets pass what a right allows. The rest stands in the audit log and is answered as if it were not there.
 *
 * @throws {DashboardError} `DASHBOARD_NOT_FOUND`, or `DASHBOARD_AUDIT_UNAVAILABLE`.
 */
export async function requireRight(
  deps: Pick<RouteDeps, 'audit'>,
  request: Asking,
  { action, object }: Asked,
  isAllowed: boolean,
): Promise<void> {
  if (isAllowed) return;
  await deps.audit.append({ ...requesterOf(request), action, object, outcome: 'DASHBOARD_NOT_FOUND' });
  throw notFound(object);
}

/** Lets those pass who see all of their community at a glance. @throws {DashboardError} as `requireRight`. */
export async function requireCommunity(
  deps: Pick<RouteDeps, 'audit'>,
  request: Asking,
  list: string,
): Promise<string> {
  const { rights, community } = viewerOn(request);
  const isAllowed = rights.may('see', 'Community', { id: community });
  await requireRight(deps, request, { action: 'community.look', object: list }, isAllowed);
  return community;
}

/** An incident on which somebody may act as asked. @throws {DashboardError} as `requireRight`. */
export async function requireIncident(
  deps: Pick<RouteDeps, 'audit' | 'incidents'>,
  request: Asking,
  id: string,
  { right, ...asked }: Partial<Asked> & { action: AuditAction; right: Permission },
): Promise<Incident> {
  const incident = await deps.incidents.find(id);
  const isAllowed = incident !== undefined && (await mayOf(deps, request, incident, right));
  await requireRight(deps, request, { object: id, ...asked }, isAllowed);
  return incident as Incident;
}

async function mayOf(
  { incidents }: Pick<RouteDeps, 'incidents'>,
  request: Asking,
  { id, community, state }: Incident,
  right: Permission,
): Promise<boolean> {
  const reached = await incidents.reachedBy(id);
  return viewerOn(request).rights.may(right, 'Incident', {
    community,
    isOpen: state !== 'resolved',
    reached,
  });
}
