import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Registry } from '#registry/registry.ts';
import { browserCookieMs, type DeviceCookies } from '#runtime/device-cookies.ts';
import { DashboardError } from '../../errors.ts';
import type { ConnectionLimits } from '../http/connection-limits.ts';
import type { App } from '../http/routes.ts';
import { type SessionFacts, type Sessions, sessionIdHash } from './session-store.ts';
import { viewerOfSession } from './session-view.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True on a route that answers without signing in. */
    withoutSignIn?: boolean;
  }
}

/** Name of the session cookie. */
export const cookieName = 'shouwang-session';

/** How long a browser keeps a wall's cookie after its last use, ms: the longest that browsers grant. */
export const wallCookieMs = 400 * 86_400_000;

/** Name of the cookie by which a browser is known in which somebody signed in before. */
export const browserCookieName = 'shouwang-browser';

/** Gives the browser of somebody who has just proved who they are the cookie by which it is known. */
export function rememberBrowser(
  reply: FastifyReply,
  browsers: DeviceCookies,
  { login, secure }: { login: string; secure: boolean },
): void {
  const value = browsers.remember(reply.request.cookies[browserCookieName], login);
  const maxAge = browserCookieMs / 1000;
  reply.setCookie(browserCookieName, value, {
    path: '/api/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge,
  });
}

/** Settings of the session cookie. */
export interface SessionCookieOptions {
  secret: string;
  secure: boolean;
  maxMs: number;
}

/** Adds signed session cookies to the web server. */
export async function addSessionCookie(
  app: App,
  sessions: Sessions,
  options: SessionCookieOptions,
): Promise<void> {
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    store: sessions.store,
    secret: signerOf(options.secret),
    cookieName,
    cookie: {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: options.secure,
      maxAge: options.maxMs,
    },
    saveUninitialized: false,
    rolling: false,
  });
}

/** Checks that a cookie that goes over TLS alone can be set. @throws {DashboardError} `DASHBOARD_TLS_REQUIRED`. */
export function requireTls({ protocol }: FastifyRequest, secureCookie: boolean): void {
  if (!secureCookie || protocol === 'https') return;
  throw new DashboardError(
    'DASHBOARD_TLS_REQUIRED',
    'DASHBOARD_SECURE_COOKIE is true, but this request did not come over TLS: the proxy must be named in DASHBOARD_TRUSTED_PROXY and send X-Forwarded-Proto',
  );
}

/** Reads the session of a Cookie header, for connections that do not pass through the web server's routes. */
export function createIdentify(app: App, sessions: Sessions, secret: string) {
  const signer = signerOf(secret);
  return async (header: string | undefined): Promise<SessionFacts | undefined> => {
    const cookie = app.parseCookie(header ?? '')[cookieName];
    const { valid, value } = signer.unsign(cookie ?? '');
    return valid && value !== null ? sessions.find(sessionIdHash(value)) : undefined;
  };
}

/**
 * Creates the hook that lets only those in who are signed in and have rights, and notes that their session is
 * in use. Other routes carry `config.withoutSignIn`.
 */
export function createSignInHook(
  sessions: Sessions,
  registry: () => Registry,
  connections: Pick<ConnectionLimits, 'known'>,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.routeOptions.config.withoutSignIn) return;
    const { session } = request;
    const isSomebodys = session.login !== undefined || session.wall !== undefined;
    const facts = isSomebodys ? await sessions.find(sessionIdHash(session.sessionId)) : undefined;
    const viewer = facts && viewerOfSession(registry(), facts);
    if (!viewer) throw new DashboardError('DASHBOARD_NOT_SIGNED_IN', 'sign in first');
    connections.known(request.raw.socket, facts.idHash);
    request.viewer = viewer;
    request.sessionFacts = facts;
    if (facts.wall) renewCookie(request, reply);
    await sessions.touch(facts.idHash);
  };
}

/** A browser forgets a cookie at its age, so a wall's is given anew whenever the wall asks for something. */
function renewCookie({ session }: FastifyRequest, reply: FastifyReply): void {
  const { path, httpOnly, sameSite, secure } = session.cookie;
  const maxAge = wallCookieMs / 1000;
  reply.setCookie(cookieName, session.encryptedSessionId, { path, httpOnly, sameSite, secure, maxAge });
}

function signerOf(secret: string) {
  return new fastifyCookie.Signer(secret, 'sha256');
}
