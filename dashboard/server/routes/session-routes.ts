import { Type } from 'typebox';
import { SessionView, SignIn } from '#contracts/rest.ts';
import { DashboardError } from '../../errors.ts';
import type { DashboardMetrics } from '../metrics.ts';
import { type Viewer, viewerOf } from '../rights.ts';
import { cookieName } from '../session-cookie.ts';
import type { SignInCheck } from '../sign-in.ts';
import { type App, type RouteDeps, refusals, viewerOn, whoAsks } from './routes.ts';

/** `/api/session`: signing in, asking who is signed in, signing out. */
export function addSessionRoutes(
  app: App,
  deps: RouteDeps & {
    signIn: SignInCheck;
    metrics: DashboardMetrics;
    /** True where cookies are sent over TLS only. */
    secureCookie: boolean;
    onSessionEnd: (idHash: string) => void;
  },
): void {
  const viewOf = (viewer: Viewer): SessionView => {
    const community = deps.registry().communities.get(viewer.community);
    return {
      person: { id: viewer.person, name: viewer.name },
      roles: viewer.roles,
      elders: [],
      hasPin: false,
      community: {
        id: viewer.community,
        nameZh: community?.name_zh ?? viewer.community,
        nameEn: community?.name_en ?? viewer.community,
      },
    };
  };

  app.post(
    '/api/session',
    {
      config: { withoutSignIn: true },
      schema: {
        tags: ['session'],
        summary: 'Sign in; sets the session cookie.',
        body: SignIn,
        response: { 200: SessionView, ...refusals(400, 401, 403, 429, 503) },
      },
    },
    async (request) => {
      if (deps.secureCookie && request.protocol !== 'https') {
        throw new DashboardError(
          'DASHBOARD_TLS_REQUIRED',
          'DASHBOARD_SECURE_COOKIE is true, but this request did not come over TLS: the proxy must be named in DASHBOARD_TRUSTED_PROXY and send X-Forwarded-Proto',
        );
      }
      const { isRight, account } = await deps.signIn(request.body, request.ip);
      const viewer = isRight && account ? viewerOf(deps.registry(), account.person) : undefined;
      deps.metrics.signIns.inc({ outcome: viewer ? 'done' : 'refused' });
      await deps.audit.append({
        act: 'sign-in',
        address: request.ip,
        person: account?.person,
        // A password typed into the wrong field must not end here, so unknown logins are not written down.
        login: account?.login,
        community: viewer?.community,
        outcome: viewer ? 'done' : 'DASHBOARD_SIGN_IN_REFUSED',
      });
      if (!viewer || !account)
        throw new DashboardError('DASHBOARD_SIGN_IN_REFUSED', 'login or password is wrong');
      // A new session id at signing in: one that was planted before must not become entitled.
      await request.session.regenerate();
      request.session.login = account.login;
      await request.session.save();
      return viewOf(viewer);
    },
  );

  app.get(
    '/api/session',
    {
      schema: {
        tags: ['session'],
        summary: 'Who is signed in.',
        response: { 200: SessionView, ...refusals(401) },
      },
    },
    async (request) => viewOf(viewerOn(request)),
  );

  app.delete(
    '/api/session',
    {
      schema: {
        tags: ['session'],
        summary: 'Sign out.',
        response: { 204: Type.Null({ description: 'Signed out.' }), ...refusals(401, 403) },
      },
    },
    async (request, reply) => {
      const idHash = request.sessionFacts?.idHash ?? '';
      await request.session.destroy();
      reply.clearCookie(cookieName, { path: '/' });
      deps.onSessionEnd(idHash);
      await deps.audit.append({ ...whoAsks(request), act: 'sign-out', outcome: 'done' });
      return reply.status(204).send(null);
    },
  );
}
