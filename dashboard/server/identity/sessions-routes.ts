import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { SessionList } from '#contracts/rest.ts';
import { objectOf } from '#contracts/schema.ts';
import { notFound } from '../http/refusal.ts';
import { type App, type RouteDeps, refusals, requesterOf } from '../http/routes.ts';
import { requireRight } from './require-right.ts';
import type { Sessions } from './session-store.ts';

const SessionPath = objectOf({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) });
const tags = ['session'];

/** `/api/sessions`: where an account is signed in, and ending what is not one's own any more. */
export function addSessionsRoutes(
  app: App,
  deps: RouteDeps & { sessions: Sessions; onSessionEnd: (idHash: string) => void },
): void {
  const requireLogin = async (
    request: FastifyRequest,
    object: string,
  ): Promise<{ login: string; own: string }> => {
    const { login, idHash = '' } = request.sessionFacts ?? {};
    await requireRight(deps, request, { action: 'session.end', object }, login !== undefined);
    return { login: login ?? '', own: idHash };
  };
  const end = async (request: FastifyRequest, object: string, ended: string[]): Promise<void> => {
    for (const idHash of ended) deps.onSessionEnd(idHash);
    const outcome = ended.length > 0 ? 'done' : 'DASHBOARD_NOT_FOUND';
    await deps.audit.append({ ...requesterOf(request), action: 'session.end', object, outcome });
  };

  app.get(
    '/api/sessions',
    {
      config: { shows: 'nothing' },
      schema: {
        tags,
        summary: 'Where the account of who asks is signed in, newest use first.',
        response: { 200: SessionList, ...refusals(401, 404, 503) },
      },
    },
    async (request) => {
      const { login, own } = await requireLogin(request, 'sessions');
      const listed = await deps.sessions.list(login);
      return { sessions: listed.map((session) => ({ ...session, isThis: session.id === own })) };
    },
  );

  app.delete(
    '/api/sessions',
    {
      schema: {
        tags,
        summary: 'Sign out everywhere else.',
        response: { 204: Type.Null({ description: 'Done.' }), ...refusals(401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { login, own } = await requireLogin(request, 'sessions');
      const others = (await deps.sessions.list(login)).filter(({ id }) => id !== own);
      await end(
        request,
        'sessions',
        await deps.sessions.end(
          login,
          others.map(({ id }) => id),
        ),
      );
      return reply.status(204).send(null);
    },
  );

  app.delete(
    '/api/sessions/:id',
    {
      schema: {
        tags,
        summary: "End one of one's own sessions.",
        params: SessionPath,
        response: { 204: Type.Null({ description: 'Ended.' }), ...refusals(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { login } = await requireLogin(request, 'sessions');
      const ended = await deps.sessions.end(login, [id]);
      await end(request, 'sessions', ended);
      if (ended.length === 0) throw notFound('session');
      return reply.status(204).send(null);
    },
  );
}
