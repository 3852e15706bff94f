import { services } from '#registry/credentials.ts';
import type { Place } from '#runtime/pending-connections.ts';
import type { ClientConnection } from './client-connection.ts';
import { type ConnectionRateLimits, ConnectionRates } from './connection-rates.ts';
import type { Session } from './sign-in.ts';

/** Limits of the number of connections. */
export interface ConnectionLimits extends ConnectionRateLimits {
  maxPendingConnections: number;
  maxConnectionsPerGateway: number;
  maxConnectionsPerService: number;
}

/**
 * All connections that have sent a CONNECT, signed in or not.
 *
 * Where an identity has all its connections, a new one closes its oldest. A gateway that lost its uplink reconnects
 * while its old connections are still half-open, and its alarms must not wait until their keep-alive runs out.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #pending = new Map<ClientConnection, Place>();
  readonly #signedIn = new Map<ClientConnection, Session>();
  readonly #byUser = new Map<string, Set<ClientConnection>>();
  readonly #rates: ConnectionRates;
  #gateways = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
    this.#rates = new ConnectionRates(limits);
  }

  /** Connections there can be at most, of all kinds. */
  get capacity(): number {
    const { maxConnections, maxPendingConnections, maxConnectionsPerService } = this.#limits;
    return maxConnections + maxPendingConnections + services.length * maxConnectionsPerService;
  }

  /** Adds a connection with its place in the waiting room, which it keeps until it signs in or closes. */
  add(connection: ClientConnection, place: Place): void {
    this.#pending.set(connection, place);
    connection.once('close', () => this.#remove(connection));
  }

  /** Adds a session; returns false where the broker has its maximum of gateways. */
  admit(connection: ClientConnection, session: Session): boolean {
    const isGateway = session.identity.kind === 'gateway';
    const own = this.#byUser.get(session.username) ?? new Set();
    const { maxConnectionsPerGateway, maxConnectionsPerService, maxConnections } = this.#limits;
    if (own.size >= (isGateway ? maxConnectionsPerGateway : maxConnectionsPerService)) {
      const oldestOwn = oldest(own);
      if (oldestOwn) {
        this.#remove(oldestOwn);
        oldestOwn.disconnect('taken-over');
      }
    } else if (isGateway && this.#gateways >= maxConnections) {
      return false;
    }
    this.#pending.get(connection)?.signedIn();
    this.#pending.delete(connection);
    connection.session = session;
    this.#signedIn.set(connection, session);
    this.#byUser.set(session.username, own.add(connection));
    if (isGateway) this.#gateways++;
    return true;
  }

  /** Starts the traffic of a connection that signed in, limited by its identity's rate. */
  startTraffic(connection: ClientConnection, now: number): void {
    const session = this.#signedIn.get(connection);
    if (!session) return;
    const rate = this.#rates.acquire(session, now);
    connection.startTraffic(rate);
    connection.once('close', () => this.#rates.release(session.username, rate));
  }

  /** Stops reading all connections of an identity for a while. */
  throttle(username: string, forMs: number): void {
    for (const connection of this.#byUser.get(username) ?? []) connection.throttle(forMs, 'rate');
  }

  /** Closes every connection whose session is no longer valid. */
  revoke(isValid: (session: Session) => boolean): void {
    for (const [connection, session] of this.#signedIn)
      if (!isValid(session)) connection.disconnect('revoked');
  }

  /** Closes every connection whose client has taken nothing for too long. */
  checkDrains(drainTimeoutMs: number): void {
    for (const connection of this.#signedIn.keys()) connection.checkDrain(drainTimeoutMs);
  }

  /** Closes all connections. */
  closeAll(): void {
    for (const connection of [...this.#pending.keys(), ...this.#signedIn.keys()]) {
      connection.disconnect('broker-closing');
    }
  }

  /** Connections by kind. */
  counts(): { gateways: number; services: number } {
    return {
      gateways: this.#gateways,
      services: this.#signedIn.size - this.#gateways,
    };
  }

  #remove(connection: ClientConnection): void {
    this.#pending.get(connection)?.leave();
    this.#pending.delete(connection);
    const session = this.#signedIn.get(connection);
    if (!session) return;
    this.#signedIn.delete(connection);
    if (session.identity.kind === 'gateway') this.#gateways--;
    const own = this.#byUser.get(session.username);
    own?.delete(connection);
    if (own?.size === 0) this.#byUser.delete(session.username);
  }
}

function oldest(connections: Set<ClientConnection>): ClientConnection | undefined {
  return connections.values().next().value;
}
