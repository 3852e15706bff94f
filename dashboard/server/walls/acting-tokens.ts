import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { actingHeader } from '#contracts/wall.ts';
import type { Registry } from '#registry/registry.ts';
import { DashboardError } from '../../errors.ts';
import { viewerOf } from '../identity/rights.ts';

/** Tokens by which one action at a wall is that of the person who gave their PIN. */
export interface ActingTokens {
  issue(wall: string, person: string): { token: string; expiresAt: number };
  /**
   * The person of a token, at its wall, for one action: the first it is used with, and that act's repeats.
   *
   * @param action Names the action: its route and request id.
   * @returns Undefined for a token that is not known, expired, of another wall, or used for another action.
   */
  use(token: string, wall: string, action: string): string | undefined;
}

/** How long a token holds, ms. */
export const actingMs = 60_000;
/** Tokens kept at once; the oldest goes first. */
const maxTokens = 1000;

/** Creates the tokens, in memory: after a restart the PIN is asked anew. */
export function createActingTokens(now: () => number): ActingTokens {
  const tokens = new Map<string, { wall: string; person: string; expiresAt: number; action?: string }>();
  return {
    issue: (wall, person) => {
      const token = randomBytes(32).toString('base64url');
      const expiresAt = now() + actingMs;
      tokens.set(token, { wall, person, expiresAt });
      if (tokens.size > maxTokens) tokens.delete(tokens.keys().next().value as string);
      return { token, expiresAt };
    },
    use: (token, wall, action) => {
      const known = tokens.get(token);
      if (!known || known.wall !== wall) return undefined;
      if (known.expiresAt <= now()) {
        tokens.delete(token);
        return undefined;
      }
      known.action ??= action;
      return known.action === action ? known.person : undefined;
    },
  };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True on a route by which a wall does something for itself, e.g. asks who acts. */
    ofWallItself?: boolean;
  }
}

/**
 * Creates the hook that makes a request which changes something, sent from a wall, the request of the person
 * who gave their PIN: their rights, their name. Who asked stays a person, where stays the wall.
 *
 * @throws {DashboardError} `DASHBOARD_ACTING_REQUIRED` without a token that holds for it.
 */
export function createActingHook(tokens: ActingTokens, registry: () => Registry) {
  return async (request: FastifyRequest): Promise<void> => {
    const wall = request.sessionFacts?.wall;
    const { config } = request.routeOptions;
    if (!wall || request.method === 'GET' || request.method === 'HEAD' || config.ofWallItself) return;
    const token = request.headers[actingHeader];
    const { request: id } = (request.body ?? {}) as { request?: unknown };
    const action = `${request.method} ${request.url} ${typeof id === 'string' ? id : ''}`;
    const person = tokens.use(String(token ?? ''), wall.id, action);
    const viewer =
      person === undefined ? undefined : viewerOf(registry(), { community: wall.community, person });
    if (!viewer) {
      throw new DashboardError(
        'DASHBOARD_ACTING_REQUIRED',
        `a wall does nothing by itself: say who acts at /api/walls/acting and send the token in ${actingHeader}`,
      );
    }
    request.viewer = viewer;
  };
}
