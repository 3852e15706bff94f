import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import type { FastifyRequest } from 'fastify';
import type { Registry } from '#registry/registry.ts';
import { DashboardError } from '../errors.ts';
import { viewerOf } from './rights.ts';
import type { App } from './routes/routes.ts';
import { type SessionFacts, type Sessions, sessionIdHash } from './session-store.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True on a route that answers without signing in. */
    withoutSignIn?: boolean;
  }
}

/** Name of the session cookie. */
export const cookieName = 'shouwang-session';

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
export function createSignInHook(sessions: Sessions, registry: () => Registry) {
  return async (request: FastifyRequest): Promise<void> => {
    if (request.routeOptions.config.withoutSignIn) return;
    const facts = request.session.login
      ? await sessions.find(sessionIdHash(request.session.sessionId))
      : undefined;
    const viewer = facts && viewerOf(registry(), facts.person);
    if (!viewer) throw new DashboardError('DASHBOARD_NOT_SIGNED_IN', 'sign in first');
    request.viewer = viewer;
    request.sessionFacts = facts;
    await sessions.touch(facts.idHash);
  };
}

function signerOf(secret: string) {
  return new fastifyCookie.Signer(secret, 'sha256');
}
