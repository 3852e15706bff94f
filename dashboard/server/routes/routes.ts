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
import type { Audit, AuditLine } from '../audit.ts';
import type { DispatchClient } from '../dispatch-client.ts';
import type { Viewer } from '../rights.ts';
import type { SessionFacts } from '../session-store.ts';

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

/** What the routes stand on. */
export interface RouteDeps {
  incidents: IncidentReader;
  registry: () => Registry;
  dispatch: DispatchClient;
  audit: Audit;
  now: () => number;
}

/** Who asks. @throws {Error} on a route that needs no signing in: a fault of ours. */
export function viewerOn(request: Pick<FastifyRequest, 'viewer'>): Viewer {
  if (!request.viewer) throw new Error('route without sign-in asks for its viewer');
  return request.viewer;
}

/** The part of an audit line that says who. */
export function whoAsks(
  request: Pick<FastifyRequest, 'viewer' | 'sessionFacts' | 'ip'>,
): Pick<AuditLine, 'person' | 'login' | 'community' | 'address' | 'place'> {
  const { person, community } = viewerOn(request);
  const { login, wall } = request.sessionFacts ?? {};
  return { person, login, community, address: request.ip, place: wall?.id };
}

const refusalTexts = {
  400: 'The request is not as its schema asks.',
  401: 'Not signed in.',
  403: 'The request comes from a page of another origin.',
  404: 'Not found, or of another community.',
  409: 'Not possible in the present state.',
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
