import type { IncomingMessage } from 'node:http';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import type { DashboardErrorCode } from '../../errors.ts';
import type { ConnectionLimits } from '../http/connection-limits.ts';
import { isOwnOrigin } from '../http/own-host.ts';
import type { SessionFacts } from '../identity/session-store.ts';
import { viewerOfSession } from '../identity/session-view.ts';
import type { LiveIo, LiveSocket } from './live-sockets.ts';
import { createPagePlaces, type PageLimits, type PagePlace } from './page-places.ts';

/** What decides who gets into the live rooms. */
export interface PageAdmissionOptions {
  registry: () => Registry;
  /** The session of a Cookie header, where it holds one that has not ended. */
  identify: (cookies: string | undefined) => Promise<SessionFacts | undefined>;
  publicOrigin: string | undefined;
  /** Whether a request names us as its host. */
  isForUs: (request: IncomingMessage) => boolean;
  limits: PageLimits;
  connections: Pick<ConnectionLimits, 'known'>;
  /** A page was refused. */
  onRefused: (code: DashboardErrorCode, request: IncomingMessage) => void;
  log: Logger;
}

/** Answers a handshake: a code where it is refused. */
type Answer = (code: string | null, isAllowed: boolean) => void;

interface Held {
  place: PagePlace;
  session: string;
  release: () => void;
}

/**
 * Lets a page in before anything is made for it: who has no session gets no socket, by WebSocket or by polling, and so
 * takes nobody's place.
 *
 * @returns `admit` answers handshakes; `follow` is told the server made with it.
 */
export function createPageAdmission(options: PageAdmissionOptions) {
  const places = createPagePlaces(options.limits);
  const waiting = new WeakMap<IncomingMessage, Held>();
  const sessions = new WeakMap<object, string>();

  const refusalOf = async (request: IncomingMessage): Promise<DashboardErrorCode | undefined> => {
    if (!options.isForUs(request)) return 'DASHBOARD_HOST_UNKNOWN';
    if (!isOwnOrigin(request.headers, options.publicOrigin)) return 'DASHBOARD_ORIGIN_REFUSED';
    const session = await options.identify(request.headers.cookie);
    const viewer = session && viewerOfSession(options.registry(), session);
    if (!viewer) return 'DASHBOARD_NOT_SIGNED_IN';
    if (request.socket.destroyed) return 'DASHBOARD_REQUEST_INVALID';
    const { idHash, wall } = session;
    const place = places.acquire({
      session: idHash,
      community: viewer.community,
      person: viewer.person,
      isWall: wall !== undefined,
    });
    if (!place) return 'DASHBOARD_PAGES_FULL';
    // Until the page has a connection of its own, the request's holds the place.
    const release = () => {
      if (waiting.delete(request)) place.release();
    };
    waiting.set(request, { place, session: idHash, release });
    request.socket.once('close', release);
    options.connections.known(request.socket, idHash);
    return undefined;
  };

  const admit = (request: IncomingMessage, answer: Answer): void => {
    // An upgraded connection has no reader of its errors while the session is looked up.
    const ignore = () => undefined;
    request.socket.on('error', ignore);
    void refusalOf(request)
      .catch((error): DashboardErrorCode => {
        options.log.error({ err: error }, 'session not read');
        return 'DASHBOARD_FAILED';
      })
      .then((code) => {
        if (code) options.onRefused(code, request);
        answer(code ?? null, code === undefined);
        request.socket.off('error', ignore);
      });
  };

  const follow = (io: LiveIo): void => {
    io.engine.on('connection', (page: LiveSocket['conn']) => {
      const held = waiting.get(page.request);
      if (!held) {
        page.close(true);
        return;
      }
      waiting.delete(page.request);
      page.request.socket.off('close', held.release);
      sessions.set(page, held.session);
      held.place.cut = () => page.close(true);
      page.once('close', held.place.release);
    });
    const { clients } = io.engine as unknown as { clients: Record<string, object> };
    // A page that polls comes back over connections of its own.
    io.engine.use(
      (request: IncomingMessage & { _query?: { sid?: string } }, _: unknown, next: () => void) => {
        const page = clients[request._query?.sid ?? ''];
        const session = page && sessions.get(page);
        if (session !== undefined) options.connections.known(request.socket, session);
        next();
      },
    );
  };
  return { admit, follow };
}
