import { Type } from 'typebox';
import { ChooseCommunity, SessionView, SignIn } from '#contracts/rest.ts';
import type { DeviceCookies } from '#runtime/device-cookies.ts';
import { DashboardError } from '../../errors.ts';
import { type App, type RouteDeps, refusals, requesterOf, viewerOn } from '../http/routes.ts';
import type { DashboardMetrics } from '../metrics.ts';
import type { PeopleOfAccount } from './accounts.ts';
import { requireRight } from './require-right.ts';
import { browserCookieName, cookieName, rememberBrowser, requireTls } from './session-cookie.ts';
import { readSessionDevice, type Sessions } from './session-store.ts';
import type { ViewOfSession } from './session-view.ts';
import type { SignInCheck } from './sign-in.ts';

const refusalWords = {
  DASHBOARD_SIGN_IN_REFUSED: 'login or password is wrong',
  DASHBOARD_SESSIONS_FULL:
    'this account has as many sessions as it may, and the pages of all of them are open; end one under "Signed-in devices" on one of them',
} as const;

/** `/api/session`: signing in, asking who is signed in, signing out. */
export function addSessionRoutes(
  app: App,
  deps: RouteDeps & {
    signIn: SignInCheck;
    browsers: DeviceCookies;
    sessions: Sessions;
    peopleOf: PeopleOfAccount;
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
        response: { 200: SessionView, ...refusals(400, 401, 403, 409, 429, 503) },
      },
    },
    async (request, reply) => {
      requireTls(request, deps.secureCookie);
      const place = { address: request.ip, browser: request.cookies[browserCookieName] };
      const { isRight, account } = await deps.signIn(request.body, place);
      const found = account && (await deps.peopleOf(account.login));
      const viewer = isRight ? found?.viewers[0] : undefined;
      const only = found?.people.length === 1 ? found.people[0] : undefined;
      const ended = viewer && account && (await deps.sessions.makeRoom(account.login));
      const refused = viewer ? 'DASHBOARD_SESSIONS_FULL' : 'DASHBOARD_SIGN_IN_REFUSED';
      deps.metrics.signIns.inc({ outcome: ended ? 'done' : 'refused' });
      const line = {
        address: request.ip,
        person: viewer?.person ?? only?.person,
        // A password typed into the wrong field must not end here, so unknown logins are not written down.
        login: account?.login,
        community: viewer?.community,
      };
      await deps.audit.append({ ...line, action: 'sign-in', outcome: ended ? 'done' : refused });
      if (!viewer || !account || !ended) throw new DashboardError(refused, refusalWords[refused]);
      for (const idHash of ended) deps.onSessionEnd(idHash);
      if (ended.length > 0) {
        await deps.audit.append({ ...line, action: 'session.end', object: 'sessions', outcome: 'done' });
      }
      rememberBrowser(reply, deps.browsers, { login: account.login, secure: deps.secureCookie });
      // A new session id at signing in: one that was planted before must not become entitled.
      await request.session.regenerate();
      request.session.login = account.login;
      request.session.device = readSessionDevice(request.headers['user-agent']);
      request.session.community = viewer.community;
      await request.session.save();
      return deps.viewOf(viewer, account.login);
    },
  );

  app.get(
    '/api/session',
    {
      config: { shows: 'nothing' },
      schema: {
        tags: ['session'],
        summary: 'Who is signed in.',
        response: { 200: SessionView, ...refusals(401) },
      },
    },
    async (request) => deps.viewOf(viewerOn(request), request.sessionFacts?.login),
  );

  app.put(
    '/api/session/community',
    {
      schema: {
        tags: ['session'],
        summary:
          'Go on in another community in which the account is somebody; open pages are told to ask anew.',
        body: ChooseCommunity,
        response: { 200: SessionView, ...refusals(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { community } = request.body;
      const { login = '', idHash = '' } = request.sessionFacts ?? {};
      const { viewers } = await deps.peopleOf(login);
      const chosen = viewers.find((viewer) => viewer.community === community);
      const asked = { action: 'session.community', object: community } as const;
      await requireRight(deps, request, asked, chosen !== undefined);
      const viewer = chosen ?? viewerOn(request);
      const { person } = viewer;
      // The line stands where they are from now on: the other community need not learn of it.
      await deps.audit.append({ ...requesterOf(request), ...asked, person, community, outcome: 'done' });
      const isOther = viewerOn(request).community !== community;
      await deps.sessions.choose(idHash, { login, community });
      if (isOther) deps.onSessionEnd(idHash);
      return deps.viewOf(viewer, login);
    },
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
      await deps.audit.append({ ...requesterOf(request), action: 'sign-out', outcome: 'done' });
      return reply.status(204).send(null);
    },
  );
}
