import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { timezoneOf } from '#contracts/facts/timezone.ts';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import type { Logger } from '#runtime/log.ts';
import { DashboardError } from '../../errors.ts';
import { createErrorHandler, type RefusalLog } from '../http/refusal.ts';
import { type App, type RouteDeps, refusalTexts, viewerOn } from '../http/routes.ts';
import { requireRight } from '../identity/require-right.ts';
import { idOfFhir } from './fhir-id.ts';
import { type Observation, observationOf } from './observation.ts';
import { outcomeOf, outcomeSchema } from './operation-outcome.ts';
import { type FoundPage, searchObservations } from './search-observations.ts';
import { maxCount, maxSearchDays, ObservationSearch, readSearch, type Search } from './search-parameters.ts';

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
const retryAfterS = 30;

/** `/api/fhir/Observation`: what an elder shares with who asks, as other systems read it. */
export function addFhirRoutes(app: App, deps: FhirDeps): void {
  const answerError = createErrorHandler(deps.log, deps.refusals, outcomeOf);
  app.get(
    '/api/fhir/Observation',
    {
      exposeHeadRoute: false,
      config: {
        shows: (_, request) => {
          const { resident, shared } = searchOf(deps, request as Searching);
          return [{ action: 'fhir.read', object: `${resident}/${codesOf(shared)}` }];
        },
      },
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
      const { community } = viewerOn(request);
      const search = searchOf(deps, request);
      const { resident = '' } = search;
      await requireShared(deps, request, search);
      const devices = deps.registry().of(community)?.devicesOfResident(resident) ?? [];
      const found = await searchObservations(
        deps.telemetry,
        devices.map((device) => ({ community, id: device.id, since: device.resident_since })),
        { ...search, signs: search.shared },
      ).catch(unavailable);
      return reply.type(fhirJson).send(bundleOf(request, { community, resident }, found));
    },
  );
}

type Searching = FastifyRequest<{ Querystring: ObservationSearch }>;

/** A search, whom it is about where they are of the community, and the signs of it that they share with who asks. */
interface SharedSearch extends Search {
  resident: string | undefined;
  shared: Search['signs'];
}

function searchOf({ registry, now }: FhirDeps, request: Searching): SharedSearch {
  const { community, rights } = viewerOn(request);
  const own = registry().of(community);
  const timezone = timezoneOf(own?.community);
  const search = readSearch(request.query, { timezone, now: now() });
  const resident = own && idOfFhir(search.patient, community, own.residents);
  const isShared = ({ dataClass }: Search['signs'][number]) =>
    resident !== undefined && rights.may('see', 'Elder', { resident, class: dataClass });
  return { ...search, resident, shared: search.signs.filter(isShared) };
}

const codesOf = (signs: Search['signs']) => signs.map(({ codes: [first] }) => first?.code).join(',');

/**
 * Lets pass a search of signs that the elder shares with who asks. A sign asked for by its code and not shared is
 * refused; where no code is given, what is not shared is left out.
 *
 * @throws {DashboardError} as `requireRight`.
 */
async function requireShared(deps: FhirDeps, request: Searching, search: SharedSearch): Promise<void> {
  const { patient, resident, signs, shared } = search;
  const isAllowed =
    resident !== undefined &&
    viewerOn(request).rights.may('see', 'Elder', { resident, class: 'any' }) &&
    (request.query.code === undefined ? shared.length > 0 : shared.length === signs.length);
  const object = `${resident ?? patient}/${codesOf(signs)}`;
  await requireRight(deps, request, { action: 'fhir.read', object }, isAllowed);
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
