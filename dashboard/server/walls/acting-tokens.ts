import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { actingHeader } from '#contracts/wall.ts';
import type { Registry } from '#registry/registry.ts';
import { DashboardError } from '../../errors.ts';
import { viewerOf } from '../identity/rights.ts';
import type { DashboardDatabase } from '../tables.ts';

/** Tokens by which one action at a wall is that of the person who gave their PIN. */
export interface ActingTokens {
  issue(wall: string, person: string): Promise<{ token: string; expiresAt: number }>;
  /**
   * The person of a token, at its wall, for one action: the first it is used with, and repeats of that action.
   *
   * @param action Names the action: its route and request id.
   * @returns Undefined for a token that is not known, expired, of another wall, or used for another action.
   */
  use(token: string, wall: string, action: string): Promise<string | undefined>;
}

/** How long a token holds, ms. */
export const actingMs = 60_000;

/**
 * Creates the tokens over `registry.db`, so that one issued by a dashboard holds at every other. They need no limit of
 * their own: each costs a right PIN, and goes with the first one that is issued after it expired.
 */
export function createActingTokens(db: DashboardDatabase, now: () => number): ActingTokens {
  const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');
  return {
    issue: async (wall, person) => {
      const token = randomBytes(32).toString('base64url');
      const expiresAt = now() + actingMs;
      const row = { token_hash: hashOf(token), wall, person, expires_at: expiresAt, action: null };
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('acting_token').where('expires_at', '<=', now()).execute();
        await trx.insertInto('acting_token').values(row).execute();
      });
      return { token, expiresAt };
    },
    use: async (token, wall, action) => {
      // One statement, so that of two actions sent to two dashboards at once one alone gets the token.
      const used = await db
        .updateTable('acting_token')
        .set({ action })
        .where('token_hash', '=', hashOf(token))
        .where('wall', '=', wall)
        .where('expires_at', '>', now())
        .where((where) => where.or([where('action', 'is', null), where('action', '=', action)]))
        .returning('person')
        .executeTakeFirst();
      return used?.person;
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
    const person = await tokens.use(String(token ?? ''), wall.id, action);
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
