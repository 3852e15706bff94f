import { Type } from 'typebox';
import { SessionView, SignIn } from '#contracts/rest.ts';
import type { KnownBrowsers } from '#runtime/known-browsers.ts';
import { DashboardError } from '../../errors.ts';
import { readSessionDevice } from '../browser-words.ts';
import type { DashboardMetrics } from '../metrics.ts';
import { type PersonOfCommunity, viewerOf } from '../rights.ts';
import { browserCookieName, cookieName, rememberBrowser, requireTls } from '../session-cookie.ts';
import type { ViewOfSession } from '../session-view.ts';
import type { SignInCheck } from '../sign-in.ts';
import { type App, type RouteDeps, refusals, viewerOn, whoAsks } from './routes.ts';

/** `/api/session`: signing in, asking who is signed in, signing out. */
export function addSessionRoutes(
  app: App,
  deps: RouteDeps & {
    signIn: SignInCheck;
    browsers: KnownBrowsers;
    /** Whom an account is, one entry a community. */
    peopleOf: (login: string) => Promise<PersonOfCommunity[]>;
    metrics: DashboardMetrics;
    /** True where cookies are sent over TLS only. */
    secureCookie: boolean;
    viewOf: ViewOfSession;
    onSessionEnd: (idHash: string) => void;
  },
): void {
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
    async (request, reply) => {
      requireTls(request, deps.secureCookie);
      const place = { address: request.ip, browser: request.cookies[browserCookieName] };
      const { isRight, account } = await deps.signIn(request.body, place);
      const people = account ? await deps.peopleOf(account.login) : [];
      const viewer = isRight
        ? people.map((who) => viewerOf(deps.registry(), who)).find((found) => found !== undefined)
        : undefined;
      const only = people.length === 1 ? people[0] : undefined;
      deps.metrics.signIns.inc({ outcome: viewer ? 'done' : 'refused' });
      await deps.audit.append({
        act: 'sign-in',
        address: request.ip,
        person: viewer?.person ?? only?.person,
        // A password typed into the wrong field must not end here, so unknown logins are not written down.
        login: account?.login,
        community: viewer?.community,
        outcome: viewer ? 'done' : 'DASHBOARD_SIGN_IN_REFUSED',
      });
      if (!viewer || !account)
        throw new DashboardError('DASHBOARD_SIGN_IN_REFUSED', 'login or password is wrong');
      rememberBrowser(reply, deps.browsers, { login: account.login, secure: deps.secureCookie });
      // A new session id at signing in: one that was planted before must not become entitled.
      await request.session.regenerate();
      request.session.login = account.login;
      request.session.device = readSessionDevice(request.headers['user-agent']);
      request.session.community = viewer.community;
      await request.session.save();
      return deps.viewOf(viewer);
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
    async (request) => deps.viewOf(viewerOn(request)),
  );

  app.delete(
    '/api/session',
    {
      config: { ofWallItself: true },
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
