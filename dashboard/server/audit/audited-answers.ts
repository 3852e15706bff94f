import type { FastifyRequest } from 'fastify';
import type { App } from '../http/routes.ts';
import { type AccessLog, allOfThem, type RecordAccess } from './access-log.ts';
import type { AuditAction } from './audit.ts';

/**
 * What a route's answer shows of others: `nothing`; what is found in the answer; or `logged-by-route` for a stream, whose
 * begin and end the route itself writes into the audit log.
 */
export type Shows =
  | 'nothing'
  | 'logged-by-route'
  | ((answer: unknown, request: FastifyRequest) => RecordAccess[]);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** On every route that reads for somebody signed in. */
    shows?: Shows;
  }
}

/** What an answer shows, by its own type. */
export function shows<Answer>(
  accessesIn: (answer: Answer, request: FastifyRequest) => RecordAccess[],
): Shows {
  return (answer, request) => accessesIn(answer as Answer, request);
}

/** The one that the path names by its id. */
export function showsOne(action: AuditAction): Shows {
  return (_, { params }) => [{ action, object: String((params as { id: string | number }).id) }];
}

/** All of a kind. */
export function showsAll(action: AuditAction): Shows {
  return () => [{ action, object: allOfThem }];
}

/**
 * Writes what an answer shows into the audit log before it leaves, for every route that is added from now on. A route
 * that reads for somebody signed in and does not say what it shows cannot be added. Where the line cannot be written,
 * nothing is answered but that.
 */
export function auditAnswers(api: App, accesses: Pick<AccessLog, 'write'>): void {
  api.addHook('onRoute', ({ url, method, config }) => {
    const isReading = [method].flat().includes('GET');
    if (!isReading || config?.withoutSignIn || config?.shows !== undefined) return;
    throw new Error(`GET ${url} does not say what it shows (config.shows)`);
  });
  api.addHook('preSerialization', async (request, reply, answer) => {
    const found = request.routeOptions.config.shows;
    if (typeof found === 'function' && reply.statusCode === 200) {
      await accesses.write(request, found(answer, request));
    }
    return answer;
  });
}
