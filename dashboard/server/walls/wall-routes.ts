import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { isStaffRole } from '#contracts/facts/roles.ts';
import { SessionView } from '#contracts/rest.ts';
import { objectOf } from '#contracts/schema.ts';
import {
  ActingToken,
  WallActing,
  WallCode,
  WallCodeRequest,
  WallEnrolment,
  WallList,
  WallPeople,
} from '#contracts/wall.ts';
import type { DeviceCookies } from '#runtime/device-cookies.ts';
import { errorCode } from '#runtime/errors.ts';
import { networkOf } from '#runtime/network-of.ts';
import { DashboardError } from '../../errors.ts';
import { showsAll } from '../audit/audited-answers.ts';
import { notFound } from '../http/refusal.ts';
import { type App, type RouteDeps, refusals, requesterOf, viewerOn } from '../http/routes.ts';
import type { KnownNetworks } from '../identity/known-networks.ts';
import { type Asked, requireRight } from '../identity/require-right.ts';
import { postsOf } from '../identity/rights.ts';
import { browserCookieName, requireTls, wallCookieMs } from '../identity/session-cookie.ts';
import type { WallFacts } from '../identity/session-store.ts';
import { type ViewOfSession, viewerOfWall } from '../identity/session-view.ts';
import type { Walls } from './walls.ts';

/** What the routes of walls stand on. */
export interface WallDeps extends RouteDeps, Walls {
  viewOf: ViewOfSession;
  browsers: DeviceCookies;
  networks: KnownNetworks;
  /** True where cookies are sent over TLS only. */
  secureCookie: boolean;
  onSessionEnd: (idHash: string) => void;
}

const WallPath = objectOf({ id: Type.String({ pattern: '^wall-[0-9a-f-]{36}$' }) });
const tags = ['walls'];

/** `/api/walls`: a screen becomes a wall by a code; the manager sees the walls and takes them away. */
export function addWallRoutes(app: App, deps: WallDeps): void {
  addCodes(app, deps);
  addEnrolment(app, deps);
  addList(app, deps);
  addRevoking(app, deps);
  addPeople(app, deps);
  addActing(app, deps);
}

/** The community whose walls the viewer may see or enrol. @throws {DashboardError} as `requireRight`. */
async function requireWalls(
  deps: WallDeps,
  request: FastifyRequest,
  { right, ...asked }: Asked & { right: 'see' | 'enrol' },
): Promise<string> {
  const { rights, community } = viewerOn(request);
  await requireRight(deps, request, asked, rights.may(right, 'Wall', { community }));
  return community;
}

function addCodes(app: App, deps: WallDeps): void {
  app.post(
    '/api/walls/codes',
    {
      schema: {
        tags,
        summary: 'A code that makes a wall of the screen it is typed at, once, within 10 min.',
        body: WallCodeRequest,
        response: { 200: WallCode, ...refusals(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request) => {
      const asked = { action: 'wall.code', object: 'walls' } as const;
      const community = await requireWalls(deps, request, { right: 'enrol', ...asked });
      const line = { ...requesterOf(request), ...asked };
      const by = viewerOn(request).person;
      const made = await deps.codes.make({ community, name: request.body.name, by }).catch(async (error) => {
        if (error instanceof DashboardError) await deps.audit.append({ ...line, outcome: error.code });
        throw error;
      });
      await deps.audit.append({ ...line, outcome: 'done' });
      return made;
    },
  );
}

function addEnrolment(app: App, deps: WallDeps): void {
  app.post(
    '/api/walls/enrol',
    {
      config: { withoutSignIn: true },
      schema: {
        tags,
        summary: 'Make a wall of this screen; sets a session cookie that lasts until the wall is taken away.',
        body: WallEnrolment,
        response: { 200: SessionView, ...refusals(400, 401, 403, 429, 503) },
      },
    },
    async (request) => {
      requireTls(request, deps.secureCookie);
      const network = networkOf(request.ip);
      const account = deps.browsers.lastAccountOf(request.cookies[browserCookieName]);
      const known = account ?? ((await deps.networks.hasAny(network)) ? network : undefined);
      const wall = await deps.enrol(request.body.code, { network, known });
      const viewer = wall && viewerOfWall(deps.registry(), wall);
      await deps.audit.append({
        action: 'wall.enrol',
        address: request.ip,
        person: wall?.id,
        community: wall?.community,
        object: wall?.id,
        place: wall?.id,
        outcome: viewer ? 'done' : 'DASHBOARD_WALL_CODE_REFUSED',
      });
      if (!viewer) {
        throw new DashboardError(
          'DASHBOARD_WALL_CODE_REFUSED',
          'the code is wrong, was used, or is older than 10 min; ask for a new one',
        );
      }
      // A new session id: one that was planted before must not become entitled.
      await request.session.regenerate();
      request.session.wall = viewer.person;
      request.session.options({ maxAge: wallCookieMs });
      await request.session.save();
      deps.presence.wake();
      return deps.viewOf(viewer);
    },
  );
}

function addList(app: App, deps: WallDeps): void {
  app.get(
    '/api/walls',
    {
      config: { shows: 'nothing' },
      schema: {
        tags,
        summary: 'Walls of the community, when each was last heard and whether its sound is on.',
        response: { 200: WallList, ...refusals(401, 404, 503) },
      },
    },
    async (request) => {
      const asked = { right: 'see', action: 'wall.look', object: 'walls' } as const;
      const walls = await deps.register.list(await requireWalls(deps, request, asked));
      const signs = await deps.presence.signs();
      return { walls: walls.map((wall) => ({ ...wall, ...signs.get(wall.id) })) };
    },
  );
}

function addRevoking(app: App, deps: WallDeps): void {
  app.delete(
    '/api/walls/:id',
    {
      schema: {
        tags,
        summary: 'Take a wall away; its screen shows nothing from now on.',
        params: WallPath,
        response: { 204: Type.Null({ description: 'Taken away.' }), ...refusals(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const asked = { action: 'wall.revoke', object: id } as const;
      const community = await requireWalls(deps, request, { right: 'enrol', ...asked });
      const ended = await deps.register.revoke(id, community);
      for (const idHash of ended ?? []) deps.onSessionEnd(idHash);
      const outcome = ended ? 'done' : 'DASHBOARD_NOT_FOUND';
      await deps.audit.append({ ...requesterOf(request), ...asked, outcome });
      if (!ended) throw notFound(`wall ${id}`);
      deps.presence.wake();
      return reply.status(204).send(null);
    },
  );
}

/** The wall a request comes from. @throws {DashboardError} `DASHBOARD_NOT_FOUND`, audited. */
async function requireWall(deps: WallDeps, request: FastifyRequest, object: string): Promise<WallFacts> {
  const wall = request.sessionFacts?.wall;
  await requireRight(deps, request, { action: 'wall.acting', object }, wall !== undefined);
  return wall as WallFacts;
}

function addPeople(app: App, deps: WallDeps): void {
  app.get(
    '/api/walls/people',
    {
      config: { shows: showsAll('people.shown') },
      schema: {
        tags,
        summary: 'At a wall: who may act there, because they are staff and have a PIN.',
        response: { 200: WallPeople, ...refusals(401, 404, 503) },
      },
    },
    async (request) => {
      const { community } = await requireWall(deps, request, 'people');
      const staff = [...(deps.registry().of(community)?.people.values() ?? [])].filter(
        (person) => person.enabled === 1 && postsOf(person).some(isStaffRole),
      );
      const withPin = await deps.pins.ofCommunity(community);
      return { people: staff.filter(({ id }) => withPin.has(id)).map(({ id, name }) => ({ id, name })) };
    },
  );
}

function addActing(app: App, deps: WallDeps): void {
  app.post(
    '/api/walls/acting',
    {
      config: { ofWallItself: true },
      schema: {
        tags,
        summary: 'At a wall: who is about to act; the token holds for one action within a minute.',
        body: WallActing,
        response: { 200: ActingToken, ...refusals(400, 401, 403, 404, 429, 503) },
      },
    },
    async (request) => {
      const { person, pin } = request.body;
      const wall = await requireWall(deps, request, person);
      const found = deps.registry().of(wall.community)?.people.get(person);
      const mayAct = found?.enabled === 1 && postsOf(found).some(isStaffRole);
      // Who is not of this community is not written down as if they had been here.
      const line = {
        ...requesterOf(request),
        ...(mayAct && { person }),
        action: 'wall.acting',
        object: wall.id,
      } as const;
      const isRight = await deps.pins.check(wall.id, { community: wall.community, person }, pin).then(
        (isPin) => isPin && mayAct,
        async (error) => {
          await deps.audit.append({ ...line, outcome: errorCode(error) ?? 'DASHBOARD_FAILED' });
          throw error;
        },
      );
      await deps.audit.append({ ...line, outcome: isRight ? 'done' : 'DASHBOARD_PIN_WRONG' });
      if (!isRight) throw new DashboardError('DASHBOARD_PIN_WRONG', 'the PIN is wrong');
      return { ...(await deps.tokens.issue(wall.id, person)), name: found?.name ?? person };
    },
  );
}
