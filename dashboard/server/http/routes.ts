import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import { Type } from 'typebox';
import type { IncidentReader } from '#contracts/incident.ts';
import { Refusal } from '#contracts/rest.ts';
import type { Registry } from '#registry/registry.ts';
import type { Audit, AuditEntry } from '../audit/audit.ts';
import type { Viewer } from '../identity/rights.ts';
import type { SessionFacts } from '../identity/session-store.ts';
import type { DispatchClient } from '../incidents/dispatch-client.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on routes that need no signing in. */
    viewer: Viewer | null;
    sessionFacts: SessionFacts | null;
  }
}

/** The web server, its routes typed by their TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Dependencies of the routes. */
export interface RouteDeps {
  incidents: IncidentReader;
  registry: () => Registry;
  dispatch: DispatchClient;
  audit: Audit;
  now: () => number;
}

/** The viewer of a request. @throws {Error} on a route that needs no signing in: a fault of ours. */
export function viewerOn(request: Pick<FastifyRequest, 'viewer'>): Viewer {
  if (!request.viewer) throw new Error('route without sign-in asks for its viewer');
  return request.viewer;
}

/** The requester's part of an audit entry. */
export function requesterOf(
  request: Pick<FastifyRequest, 'viewer' | 'sessionFacts' | 'ip'>,
): Pick<AuditEntry, 'person' | 'login' | 'community' | 'address' | 'place'> {
  const { person, community } = viewerOn(request);
  const { login, wall } = request.sessionFacts ?? {};
  return { person, login, community, address: request.ip, place: wall?.id };
}

/** What each status of a refusal means, for the documents. */
export const refusalTexts = {
  400: 'The request is not as its schema asks.',
  401: 'Not signed in.',
  403: 'The request comes from a page of another origin.',
  404: 'Not found, or of another community.',
  405: 'The path takes other methods; Allow names them.',
  409: 'Not possible in the present state.',
  421: 'The request names a host that is not ours.',
  429: 'Too many requests; Retry-After says when to ask again.',
  503: 'A neighbour of the dashboard is down; Retry-After says when to ask again.',
} as const;

/** Response schemas of refusals, for the documents. */
export function refusals(...statuses: (keyof typeof refusalTexts)[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      Type.Object(Refusal.properties, { additionalProperties: false, description: refusalTexts[status] }),
    ]),
  );
}

/**
 * Documents of every route that is added from now on what any request may be refused for: its host, its rate, a page of
 * another origin, what it must be signed in for, a query or path that is not as declared.
 */
export function documentRefusals(api: App): void {
  api.addHook('onRoute', (route) => {
    const { schema, config, method } = route;
    if (!schema) return;
    const isReading = [method].flat().every((one) => one === 'GET' || one === 'HEAD');
    const isGiven =
      schema.querystring !== undefined || schema.params !== undefined || schema.body !== undefined;
    const common = refusals(
      ...(isGiven || !isReading ? [400 as const] : []),
      ...(config?.withoutSignIn ? [] : [401 as const]),
      ...(isReading ? [] : [403 as const]),
      ...[421 as const, 429 as const],
    );
    schema.response = { ...common, ...(schema.response as object) };
  });
}
