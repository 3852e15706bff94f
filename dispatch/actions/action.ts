import type { Registry } from '#registry/registry.ts';
import { DispatchError } from '../errors.ts';
import type { Escalation } from '../escalation/escalation.ts';
import type { ReopenTimes } from '../escalation/reopen-holding.ts';
import { findPerson } from '../incidents/people.ts';
import { type Actor, findIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow } from '../storage/tables.ts';

/** What an action works with, inside its transaction. */
export interface ActionContext {
  transaction: IncidentTransaction;
  escalation: Escalation;
  /** How long a person who is sent may take to answer, in ms. */
  assignmentResponseMs: number;
  /** When an incident is opened again whose device still says it. */
  reopenMs: ReopenTimes;
}

/** The incident of an id. @throws {DispatchError} `INCIDENT_UNKNOWN`. */
export async function requireIncident(transaction: IncidentTransaction, id: string): Promise<IncidentRow> {
  const incident = await findIncident(transaction, id);
  if (!incident) throw new DispatchError('INCIDENT_UNKNOWN', `there is no incident ${id}`);
  return incident;
}

/** The person who acts. @throws {DispatchError} `ACTOR_UNKNOWN` unless enabled and of the community. */
export function requireActor(registry: Registry, community: string, id: string): Actor {
  const person = findPerson(registry, community, id);
  if (person) return person;
  throw new DispatchError('ACTOR_UNKNOWN', `${id} is no enabled person of ${community}`, '/actor');
}

/** Refuses what only an open incident takes. @throws {DispatchError} `INCIDENT_RESOLVED`. */
export function requireOpen(incident: IncidentRow): void {
  if (incident.state !== 'resolved') return;
  throw new DispatchError('INCIDENT_RESOLVED', `incident ${incident.number} is resolved; reopen it first`);
}
