import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import type { Logger } from '#runtime/log.ts';
import { DashboardError } from '../../errors.ts';
import { idOfFhir } from '../fhir/fhir-id.ts';
import { type Observation, observationOf } from '../fhir/observation.ts';
import { outcomeOf, outcomeSchema } from '../fhir/operation-outcome.ts';
import { type FoundPage, searchObservations } from '../fhir/search-observations.ts';
import {
  maxCount,
  maxSearchDays,
  ObservationSearch,
  readSearch,
  type Search,
} from '../fhir/search-parameters.ts';
import { createErrorHandler } from '../refusal.ts';
import type { RefusalLog } from '../refusal-log.ts';
import { requireRight } from './entitled.ts';
import { type App, type RouteDeps, refusalTexts, viewerOn, whoAsks } from './routes.ts';

/** What FHIR stands on beside the other routes. */
export interface FhirDeps extends RouteDeps {
  telemetry: TelemetryReader;
  refusals: Pick<RefusalLog, 'refused'>;
  log: Logger;
}

/** A searchset of FHIR R4. */
interface Bundle {
  resourceType: 'Bundle';
  type: 'searchset';
  link: { relation: 'self' | 'next'; url: string }[];
  entry: { fullUrl: string; resource: Observation; search: { mode: 'match' } }[];
}

const fhirJson = 'application/fhir+json; charset=utf-8';
const fallbackTimezone = 'Asia/Shanghai';
const retryAfterS = 30;

/** `/api/fhir/Observation`: what an elder shares with who asks, as other systems read it. */
export function addFhirRoutes(app: App, deps: FhirDeps): void {
  const answerError = createErrorHandler(deps.log, deps.refusals, outcomeOf);
  app.get(
    '/api/fhir/Observation',
    {
      exposeHeadRoute: false,
      errorHandler: (error, request, reply) => answerError(error, request, reply.type(fhirJson)),
      schema: {
        tags: ['fhir'],
        summary: `FHIR R4 search of one elder's vital signs and steps, as far as they share them with who asks; at most ${maxSearchDays} days and ${maxCount} resources a page. Each search stands in the audit log. Refusals are OperationOutcomes.`,
        querystring: ObservationSearch,
        response: {
          200: Type.Unsafe<Bundle>(
            Type.Object({}, { description: 'Bundle of type searchset, oldest first.' }),
          ),
          ...Object.fromEntries(
            ([400, 401, 404, 421, 429, 503] as const).map((status) => [
              status,
              outcomeSchema(refusalTexts[status]),
            ]),
          ),
        },
      },
    },
    async (request, reply) => {
      const { registry, now } = deps;
      const { community } = viewerOn(request);
      const own = registry().of(community);
      const timezone = own?.community.timezone ?? fallbackTimezone;
      const search = readSearch(request.query, { timezone, now: now() });
      const resident = own && idOfFhir(search.patient, community, own.residents);
      const signs = await requireShared(deps, request, { ...search, resident });
      const devices = [...(own?.devices.values() ?? [])].filter(
        (device) => resident !== undefined && device.resident === resident,
      );
      const found = await searchObservations(
        deps.telemetry,
        devices.map((device) => ({ community, id: device.id, since: device.resident_since })),
        { ...search, signs },
      ).catch(unavailable);
      return reply.type(fhirJson).send(bundleOf(request, { community, resident: String(resident) }, found));
    },
  );
}

/**
 * The signs of a search that the elder shares with who asks, each look written down before it is answered. A sign
 * asked for by its code and not shared is refused; where no code is given, what is not shared is left out.
 *
 * @throws {DashboardError} as `requireRight`.
 */
async function requireShared(
  deps: FhirDeps,
  request: FastifyRequest<{ Querystring: ObservationSearch }>,
  { patient, resident = '', signs }: Search & { resident: string | undefined },
): Promise<Search['signs']> {
  const { rights } = viewerOn(request);
  const shared = signs.filter(({ dataClass }) => rights.may('see', 'Elder', { resident, class: dataClass }));
  const isAllowed =
    resident !== '' &&
    rights.may('see', 'Elder', { resident, class: 'any' }) &&
    (request.query.code === undefined ? shared.length > 0 : shared.length === signs.length);
  const codes = (list: Search['signs']) => list.map(({ codes: [first] }) => first?.code).join(',');
  const act = 'fhir.read';
  await requireRight(deps, request, { act, object: `${resident || patient}/${codes(signs)}` }, isAllowed);
  await deps.audit.append({
    ...whoAsks(request),
    act,
    object: `${resident}/${codes(shared)}`,
    outcome: 'done',
  });
  return shared;
}

function unavailable(cause: unknown): never {
  const words = 'what is asked for cannot be read at present';
  throw new DashboardError('DASHBOARD_STORE_UNAVAILABLE', words, { cause, retryAfterS });
}

function bundleOf(
  request: FastifyRequest,
  of: { community: string; resident: string },
  { measurements, next }: FoundPage,
): Bundle {
  const self = new URL(request.url, `${request.protocol}://${request.host}`);
  const following = new URL(self);
  if (next !== undefined) following.searchParams.set('page', next);
  const resources = measurements.map((measurement) => observationOf(of, measurement));
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    link: [
      { relation: 'self', url: self.href },
      ...(next === undefined ? [] : [{ relation: 'next' as const, url: following.href }]),
    ],
    entry: resources.map((resource) => ({
      fullUrl: `urn:uuid:${resource.id}`,
      resource,
      search: { mode: 'match' },
    })),
  };
}
