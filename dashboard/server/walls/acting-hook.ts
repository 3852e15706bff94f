import type { FastifyRequest } from 'fastify';
import { actingHeader } from '#contracts/wall.ts';
import type { Registry } from '#registry/registry.ts';
import { DashboardError } from '../../errors.ts';
import { viewerOf } from '../rights.ts';
import type { ActingTokens } from './acting-tokens.ts';

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
    const act = `${request.method} ${request.url} ${typeof id === 'string' ? id : ''}`;
    const person = tokens.use(String(token ?? ''), wall.id, act);
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
