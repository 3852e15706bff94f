import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { maxReplayedAtOnce } from '#contracts/dead-letter.ts';
import {
  DeadLetterDetail,
  DeadLetterFilter,
  DeadLetterId,
  DeadLetterList,
  DeadLetterQuery,
  type DeadLetterReader,
  DeviceRegistered,
  DiscardDeadLetter,
  type KeptDeadLetter,
  RegisterDevice,
  Replayed,
  ReplayedMany,
  ReplayMany,
} from '#contracts/dead-letters.ts';
import { guessDeviceClass } from '#contracts/facts/device-classes.ts';
import { objectOf } from '#contracts/schema.ts';
import { type StoreHealthReader, storeHealthOf } from '#contracts/store-health.ts';
import { errorCode } from '#runtime/errors.ts';
import { showsAll, showsOne } from '../audit/audited-answers.ts';
import { type App, type RouteDeps, refusals, requesterOf, viewerOn } from '../http/routes.ts';
import { type Asked, requireRight } from '../identity/require-right.ts';
import type { DashboardDatabase } from '../tables.ts';
import { replayOrDiscard } from './dead-letter-actions.ts';
import { exportDeadLetters, shownPayload } from './export-dead-letters.ts';
import type { IngestClient } from './ingest-client.ts';
import { addressesOf, registerDevice } from './register-device.ts';

/** What could not be read of what gateways sent, and who judges it again. */
export interface DeadLetterSources {
  reader: DeadLetterReader;
  ingest: IngestClient;
}

/** What the routes of dead letters stand on. */
export interface DeadLetterDeps extends RouteDeps {
  deadLetters: DeadLetterSources;
  storeHealth: StoreHealthReader;
  db: DashboardDatabase;
  /** Reads the registry anew, so that what was registered is found at once. */
  refreshRegistry: () => Promise<unknown>;
}

const defaultListed = 50;
const maxAddresses = 100;
const maxRefusedCauses = 50;
const tags = ['dead letters'];
const DeadLetterPath = objectOf({ id: DeadLetterId });

/** `/api/dead-letters`: the manager sees what could not be read, has it judged again, or throws it away. */
export function addDeadLetterRoutes(app: App, deps: DeadLetterDeps): void {
  addList(app, deps);
  addExport(app, deps);
  addDetail(app, deps);
  addReplays(app, deps);
  addDiscard(app, deps);
  addRegister(app, deps);
}

/** The community whose dead letters the viewer may see or act on. @throws {DashboardError} as `requireRight`. */
async function requireDeadLetters(
  deps: DeadLetterDeps,
  request: FastifyRequest,
  { right, ...asked }: Asked & { right: 'see' | 'replay' | 'discard' },
): Promise<string> {
  const { rights, community } = viewerOn(request);
  await requireRight(deps, request, asked, rights.may(right, 'DeadLetter', { community }));
  return community;
}

/** A dead letter that waits, of the viewer's community. @throws {DashboardError} `DASHBOARD_NOT_FOUND`, audited. */
async function requireDeadLetter(
  deps: DeadLetterDeps,
  request: FastifyRequest,
  { id, isAllowed, action }: { id: number; isAllowed: boolean; action: Asked['action'] },
): Promise<KeptDeadLetter> {
  const kept = isAllowed ? deps.deadLetters.reader.find(viewerOn(request).community, id) : undefined;
  await requireRight(deps, request, { action, object: String(id) }, kept !== undefined);
  return kept as KeptDeadLetter;
}

function addList(app: App, deps: DeadLetterDeps): void {
  app.get(
    '/api/dead-letters',
    {
      config: { shows: showsAll('letter.shown') },
      schema: {
        tags,
        summary: 'What could not be read of what gateways sent, newest first, with counts of all of it.',
        querystring: DeadLetterQuery,
        response: { 200: DeadLetterList, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const asked = { right: 'see', action: 'letter.look', object: 'dead-letters' } as const;
      const community = await requireDeadLetters(deps, request, asked);
      const { limit = defaultListed, ...query } = request.query;
      const { reader } = deps.deadLetters;
      const { storeHealth } = deps;
      const deadLetters = reader.list(community, { ...query, limit });
      const last = deadLetters.at(-1);
      return {
        deadLetters,
        ...(last && deadLetters.length === limit && { next: last.id }),
        counts: reader.counts(community),
        addresses: reader.addresses(community, maxAddresses),
        store: storeHealthOf(storeHealth.refused(community, maxRefusedCauses), storeHealth.trouble()),
      };
    },
  );
}

function addExport(app: App, deps: DeadLetterDeps): void {
  app.get(
    '/api/dead-letters/export',
    {
      config: { shows: 'logged-by-route' },
      schema: {
        tags,
        summary: 'All of them as JSON Lines, each with what was kept of its payload.',
        querystring: DeadLetterFilter,
        response: refusals(400, 401, 404, 503),
      },
    },
    async (request, reply) => {
      const asked = { right: 'see', action: 'letter.export', object: 'dead-letters' } as const;
      const community = await requireDeadLetters(deps, request, asked);
      await deps.audit.append({
        ...requesterOf(request),
        action: asked.action,
        object: asked.object,
        outcome: 'done',
      });
      return reply
        .type('application/jsonl; charset=utf-8')
        .header('content-disposition', 'attachment; filename="dead-letters.jsonl"')
        .send(Readable.from(exportDeadLetters(deps.deadLetters.reader, community, request.query)) as never);
    },
  );
}

function addDetail(app: App, deps: DeadLetterDeps): void {
  app.get(
    '/api/dead-letters/:id',
    {
      config: { shows: showsOne('letter.look') },
      schema: {
        tags,
        summary: 'One with its payload; a look is written to the audit log, it may tell of an elder.',
        params: DeadLetterPath,
        response: { 200: DeadLetterDetail, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { rights, community } = viewerOn(request);
      const isAllowed = rights.may('see', 'DeadLetter', { community });
      const { deadLetter, payload } = await requireDeadLetter(deps, request, {
        id,
        isAllowed,
        action: 'letter.look',
      });
      const register = registering(deps, community, deadLetter);
      return { deadLetter, payload: shownPayload(payload), ...(register && { register }) };
    },
  );
}

/** What a device would be registered with; undefined where it was read from something else, or is known by now. */
function registering(
  { deadLetters, registry }: DeadLetterDeps,
  community: string,
  { reason, gateway, address, kind }: KeptDeadLetter['deadLetter'],
): DeadLetterDetail['register'] {
  if (reason !== 'unknown-device' || address === undefined) return undefined;
  if (registry().of(community)?.findDevice(address)) return undefined;
  const guessed = guessDeviceClass(address, kind);
  const theirs = deadLetters.reader.list(community, { gateway, reason, address, limit: maxReplayedAtOnce });
  return {
    addresses: addressesOf(address),
    ...(guessed && { class: guessed }),
    deadLetters: theirs.length,
  };
}

function addReplays(app: App, deps: DeadLetterDeps): void {
  const { ingest } = deps.deadLetters;
  app.post(
    '/api/dead-letters/:id/replay',
    {
      schema: {
        tags,
        summary:
          'Judge one again as if it had just come; what is old stays late, and nothing is journalled twice.',
        params: DeadLetterPath,
        response: { 200: Replayed, ...refusals(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const action = { action: 'letter.replay', object: String(id) } as const;
      await requireDeadLetters(deps, request, { right: 'replay', ...action });
      const ask = (who: Parameters<IngestClient['replay']>[1]) => ingest.replay(id, who);
      return replayOrDiscard(deps, request, { ...action, ask, outcomeOf: ({ outcome }) => outcome });
    },
  );
  app.post(
    '/api/dead-letters/replay',
    {
      schema: {
        tags,
        summary:
          'Judge all of one gateway and reason again, at most 500 at once; the answer counts what came of it.',
        body: ReplayMany,
        response: { 200: ReplayedMany, ...refusals(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { body } = request;
      const object = `${body.gateway} ${body.reason} ${body.address ?? ''}`.trim();
      await requireDeadLetters(deps, request, { right: 'replay', action: 'letter.replay', object });
      const ask = (who: Parameters<IngestClient['replay']>[1]) => ingest.replayMany(body, who);
      return replayOrDiscard(deps, request, { action: 'letter.replay', object, ask });
    },
  );
}

function addDiscard(app: App, deps: DeadLetterDeps): void {
  app.post(
    '/api/dead-letters/:id/discard',
    {
      schema: {
        tags,
        summary: 'Throw one away; who and why are kept, its payload is not.',
        params: DeadLetterPath,
        body: DiscardDeadLetter,
        response: { 204: Type.Null({ description: 'Thrown away.' }), ...refusals(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const action = { action: 'letter.discard', object: String(id) } as const;
      await requireDeadLetters(deps, request, { right: 'discard', ...action });
      const ask = (who: Parameters<IngestClient['discard']>[2]) =>
        deps.deadLetters.ingest.discard(id, request.body, who);
      await replayOrDiscard(deps, request, { ...action, ask });
      return reply.status(204).send(null);
    },
  );
}

function addRegister(app: App, deps: DeadLetterDeps): void {
  app.post(
    '/api/dead-letters/:id/register',
    {
      schema: {
        tags,
        summary: 'Register the device that sent it; its dead letters may then be validated again.',
        params: DeadLetterPath,
        body: RegisterDevice,
        response: { 200: DeviceRegistered, ...refusals(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { rights, community } = viewerOn(request);
      const isAllowed = rights.may('register', 'Device', { community });
      const { deadLetter } = await requireDeadLetter(deps, request, {
        id,
        isAllowed,
        action: 'device.register',
      });
      const line = { ...requesterOf(request), action: 'device.register' } as const;
      const { address } = request.body;
      await deps.audit.append({ ...line, object: address, outcome: 'begun' });
      try {
        const of = { registry: deps.registry(), community, deadLetter };
        const device = await registerDevice(deps.db, of, request.body);
        await deps.audit.append({ ...line, object: device, outcome: 'done' });
        await deps.refreshRegistry();
        return { device };
      } catch (error) {
        await deps.audit.append({
          ...line,
          object: address,
          outcome: errorCode(error) ?? 'DASHBOARD_FAILED',
        });
        throw error;
      }
    },
  );
}
