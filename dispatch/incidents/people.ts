import { isStaffRole } from '#contracts/facts/roles.ts';
import type { Registry } from '#registry/registry.ts';
import type { Actor } from './timeline.ts';

/** An enabled person of a community. */
export function findPerson(registry: Registry, community: string, id: string): Actor | undefined {
  const person = registry.of(community)?.people.get(id);
  if (person?.enabled !== 1) return undefined;
  return { id, name: person.name };
}

/** A person who may be sent to an incident: enabled, of the community, and of its staff or responders. */
export function findResponder(registry: Registry, community: string, id: string): Actor | undefined {
  const rights = registry.of(community)?.people.get(id)?.rights ?? [];
  const mayGo = rights.some(({ role, scope }) => scope === '' && (isStaffRole(role) || role === 'responder'));
  return mayGo ? findPerson(registry, community, id) : undefined;
}
