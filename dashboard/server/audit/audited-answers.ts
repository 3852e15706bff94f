import type { FastifyRequest } from 'fastify';
import type { App } from '../http/routes.ts';
import { allOfThem, type Look, type LookLog } from './access-log.ts';
import type { AuditAct } from './audit.ts';

/**
 * What a route's answer shows of others: `nothing`; or what it is found to show; or `told-by-itself`, of a stream, whose
 * begin and end the route writes into the audit log.
 */
export type Shows = 'nothing' | 'told-by-itself' | ((answer: unknown, request: FastifyRequest) => Look[]);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** On every route that reads for somebody signed in. */
    shows?: Shows;
  }
}

/** What an answer shows, by its own type. */
export function shows<Answer>(looksAt: (answer: Answer, request: FastifyRequest) => Look[]): Shows {
  return (answer, request) => looksAt(answer as Answer, request);
}

/** The one that the path names by its id. */
export function showsOne(act: AuditAct): Shows {
  return (_, { params }) => [{ act, object: String((params as { id: string | number }).id) }];
}

/** All of a kind. */
export function showsAll(act: AuditAct): Shows {
  return () => [{ act, object: allOfThem }];
}

/**
 * Writes what an answer shows into the audit log before it leaves, for every route that is added from now on. A route
 * that reads for somebody signed in and does not say what it shows cannot be added. Where the line cannot be written,
 * nothing is answered but that.
 */
export function auditAnswers(api: App, looks: Pick<LookLog, 'write'>): void {
  api.addHook('onRoute', ({ url, method, config }) => {
    const isReading = [method].flat().includes('GET');
    if (!isReading || config?.withoutSignIn || config?.shows !== undefined) return;
    throw new Error(`GET ${url} does not say what it shows (config.shows)`);
  });
  api.addHook('preSerialization', async (request, reply, answer) => {
    const found = request.routeOptions.config.shows;
    if (typeof found === 'function' && reply.statusCode === 200) {
      await looks.write(request, found(answer, request));
    }
    return answer;
  });
}
