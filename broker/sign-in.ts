import { isReservedId } from '#contracts/facts/identifiers.ts';
import { type Identity, matchesSecret, services } from '#registry/credentials.ts';
import type { Registry } from '#registry/registry.ts';
import type { RefusalReason } from './errors.ts';
import { publishableTopic, rightsOf, type TopicRights } from './topic-rights.ts';

/** What a CONNECT asks for besides its credentials. */
export interface ConnectRequest {
  clientId: string;
  clean: boolean;
  keepAliveS: number;
  will: { topic: string; payloadBytes: number; qos: number } | undefined;
}

/** A signed-in identity: whose rights a connection has, and by which secret. */
export interface Session {
  identity: Identity;
  username: string;
  rights: TopicRights;
  secretHash: string;
}

/** A refused CONNECT, with the return code of its CONNACK. @see MQTT 3.1.1, table 3.1 */
export interface SignInRefusal {
  reason: RefusalReason;
  returnCode: 2 | 3 | 4 | 5;
}

/** Longest client id, in characters. */
const maxClientIdLength = 128;

const refused = (reason: RefusalReason, returnCode: SignInRefusal['returnCode']): SignInRefusal => ({
  reason,
  returnCode,
});

/** True for a refusal. */
export function isRefusal(answer: Session | SignInRefusal): answer is SignInRefusal {
  return 'returnCode' in answer;
}

/** Checks credentials against the registry; a pure function of its arguments. */
export function signIn(
  registry: Registry,
  username: string | undefined,
  password: Buffer | undefined,
): Session | SignInRefusal {
  if (username === undefined || password === undefined) return refused('no-credentials', 5);
  const credential = registry.findCredential(username);
  if (!credential) return refused('unknown-user', 4);
  if (!matchesSecret(password.toString('utf8'), credential.secret_hash)) return refused('wrong-secret', 4);
  const identity = identityOf(credential);
  if (!identity || !isEnabled(registry, username, identity)) return refused('disabled', 5);
  return { identity, username, rights: rightsOf(identity), secretHash: credential.secret_hash };
}

/** True while the registry still has the session's credential, enabled and with the same secret. */
export function isStillValid(registry: Registry, session: Session): boolean {
  const credential = registry.findCredential(session.username);
  return (
    credential?.secret_hash === session.secretHash && isEnabled(registry, session.username, session.identity)
  );
}

/** Checks what a CONNECT asks for; undefined where all of it is granted. */
export function refuseRequest(
  session: Session,
  request: ConnectRequest,
  limits: { maxKeepAliveS: number; maxPayloadBytes: number },
): SignInRefusal | undefined {
  if (request.clientId.length > maxClientIdLength) return refused('client-id', 2);
  // [MQTT-3.1.3-8]
  if (!request.clean && request.clientId === '') return refused('client-id', 2);
  if (!request.clean) return refused('persistent-session', 5);
  if (request.keepAliveS < 1 || request.keepAliveS > limits.maxKeepAliveS) return refused('keep-alive', 5);
  const { will } = request;
  if (!will) return undefined;
  const granted =
    publishableTopic(session.rights, will.topic)?.name === 'state' &&
    will.qos < 2 &&
    will.payloadBytes <= limits.maxPayloadBytes;
  return granted ? undefined : refused('will-not-allowed', 5);
}

function identityOf(credential: {
  kind: string;
  community: string | null;
  gateway: string | null;
  service: string | null;
}): Identity | undefined {
  const { kind, community, gateway } = credential;
  if (kind === 'gateway') {
    if (!community || isReservedId('community', community)) return undefined;
    if (!gateway || isReservedId('gateway', gateway)) return undefined;
    return { kind: 'gateway', community, gateway };
  }
  const service = services.find((known) => known === credential.service);
  return service && { kind: 'service', service };
}

function isEnabled(registry: Registry, username: string, identity: Identity): boolean {
  if (registry.findCredential(username)?.enabled !== 1) return false;
  if (identity.kind === 'service') return true;
  return registry.of(identity.community)?.gateways.get(identity.gateway)?.enabled === 1;
}
