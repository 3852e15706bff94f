import type { EventKind } from '#contracts/facts/event-kinds.ts';

/**
 * Kinds of events that the live list of gates shows. The journal's index is made for exactly this list:
 * changing it needs a migration that makes the index anew.
 */
export const gateKinds = [
  'access-granted',
  'access-denied',
  'access-failures',
  'door-forced',
  'door-held-open',
  'door-opened',
  'door-closed',
  'exit-button',
  'always-open',
  'always-closed',
  'tailgating',
  'doorbell',
  'tamper',
  'duress',
  'fire-release',
] as const satisfies EventKind[];

/** The list as SQL; the index is used only by a query with this very text. */
export const gateKindsSql = `kind IN (${gateKinds.map((kind) => `'${kind}'`).join(', ')})`;
