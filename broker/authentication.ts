import type { AedesOptions, Client } from 'aedes';
import type { FollowedRegistry } from '#registry/open-registry.ts';
import type { Registry } from '#registry/registry.ts';
import { networkOf } from '#runtime/network-of.ts';
import type { BrokerLog } from './broker-log.ts';
import type { BrokerMetrics } from './broker-metrics.ts';
import { ClientConnection } from './client-connection.ts';
import type { BrokerSettings } from './config.ts';
import type { Connections } from './connections.ts';
import { BrokerError } from './errors.ts';
import { LoginLimit } from './login-limit.ts';
import type { SessionTakeover } from './session-takeover.ts';
import {
  type ConnectRequest,
  isRefusal,
  isStillValid,
  refuseRequest,
  type Session,
  type SignInRefusal,
  signIn,
} from './sign-in.ts';
import type { SubscribeBudget } from './subscribe-budget.ts';

/** What authentication works with. */
export interface AuthenticationDeps {
  settings: BrokerSettings;
  registry: Pick<FollowedRegistry, 'current' | 'refresh'>;
  connections: Connections;
  takeover: SessionTakeover;
  budget: SubscribeBudget;
  metrics: BrokerMetrics;
  log: BrokerLog;
  now: () => number;
}

/** The connection of an Aedes client. */
export function connectionOf(client: Client): ClientConnection {
  if (client.conn instanceof ClientConnection) return client.conn;
  throw new TypeError('client without a connection of ours');
}

/** Shortens a topic, user name or client id, which come from outside, to what a log line may hold. */
export function truncated(text: string): string {
  return text.length > 128 ? `${text.slice(0, 128)}…` : text;
}

/** Builds Aedes's `preConnect` and `authenticate`, which decide on a CONNECT before anything else is read. */
export function createAuthentication(
  deps: AuthenticationDeps,
): Required<Pick<AedesOptions, 'preConnect' | 'authenticate'>> {
  const { settings, connections, takeover, budget, metrics, log, now } = deps;
  const limits = {
    failures: settings.loginFailures,
    windowMs: settings.loginWindowMs,
    refusalMs: settings.loginRefusalMs,
    maxNetworks: settings.maxLoginNetworks,
  };
  const loginLimit = new LoginLimit(limits, now);
  const freshRegistry = createRefresh(deps);
  const requests = new WeakMap<Client, ConnectRequest>();

  const decide = async (
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<Session | SignInRefusal> => {
    const connection = connectionOf(client);
    let answer = signIn(deps.registry.current(), username, password);
    const isAllowed = !loginLimit.isRefused(networkOf(connection.address));
    if (isRefusal(answer) && answer.reason === 'unknown-user' && isAllowed) {
      answer = signIn(await freshRegistry(), username, password);
    }
    if (isRefusal(answer)) return isAllowed ? answer : { reason: 'login-limit', returnCode: 5 };
    const request = requests.get(client);
    const refusal = request && refuseRequest(answer, request, settings);
    if (refusal) return refusal;
    if (connection.destroyed) return { reason: 'hung-up', returnCode: 3 };
    if (!budget.consumeConnect(answer.username, now())) return { reason: 'connect-rate', returnCode: 3 };
    if (!(await takeover.acquire(client.id, connection))) return { reason: 'taken-over', returnCode: 3 };
    const refused = client.closed ? 'hung-up' : whyNotAdmitted(connection, answer);
    if (!refused) return answer;
    takeover.release(connection);
    return { reason: refused, returnCode: 3 };
  };

  /** The registry may have changed while an older client of the id was closing. */
  const whyNotAdmitted = (connection: ClientConnection, session: Session) => {
    if (!isStillValid(deps.registry.current(), session)) return 'revoked' as const;
    return connections.admit(connection, session) ? undefined : ('too-many-connections' as const);
  };

  const refuse = (client: Client, username: string | undefined, { reason, returnCode }: SignInRefusal) => {
    const { address } = connectionOf(client);
    metrics.refused(reason);
    log.forAddress(address, reason, { username: truncated(username ?? '') }, 'sign-in refused');
    const failed = reason === 'unknown-user' || reason === 'wrong-secret' || reason === 'no-credentials';
    if (failed && loginLimit.fail(networkOf(address))) {
      log.forAddress(
        address,
        'login-limit',
        { refusalMs: settings.loginRefusalMs },
        'too many failed sign-ins',
      );
    }
    const error = new BrokerError('BROKER_SIGN_IN_REFUSED', reason, `sign-in refused: ${reason}`);
    return Object.assign(error, { returnCode });
  };

  return {
    preConnect: (client, packet, done) => {
      const { clientId, clean, keepalive, will, username } = packet;
      requests.set(client, {
        clientId,
        clean: clean ?? false,
        keepAliveS: keepalive ?? 0,
        will: will && {
          topic: will.topic,
          payloadBytes: will.payload.length,
          qos: will.qos ?? 0,
        },
      });
      // Aedes closes the older of two clients of one id. The user name before it keeps identities apart.
      packet.clientId = `${username ?? ''}/${clientId || crypto.randomUUID()}`;
      done(null, true);
    },
    authenticate: (client, username, password, done) => {
      decide(client, username, password).then(
        (answer) => {
          if (isRefusal(answer)) done(refuse(client, username, answer), false);
          else done(null, true);
        },
        (error: unknown) => {
          takeover.release(connectionOf(client));
          log.forAddress(connectionOf(client).address, 'store', { err: error }, 'sign-in failed');
          done(refuse(client, username, { reason: 'store', returnCode: 3 }), false);
        },
      );
    },
  };
}

/** Reads the registry again, at most once in `registryRefreshMs` however many CONNECTs ask for it. */
function createRefresh({ registry, settings, now }: AuthenticationDeps): () => Promise<Registry> {
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<Registry> | undefined;
  return async () => {
    if (reading) return reading;
    if (now() - readAt < settings.registryRefreshMs) return registry.current();
    reading = registry.refresh().finally(() => {
      reading = undefined;
      readAt = now();
    });
    return reading;
  };
}
