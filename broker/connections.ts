import { services } from '#registry/credentials.ts';
import type { Place } from '#runtime/pending-connections.ts';
import { type ConnectionRateLimits, ConnectionRates } from './connection-rates.ts';
import type { FencedConnection } from './fenced-connection.ts';
import type { Session } from './sign-in.ts';

/** Bounds of the set of connections. */
export interface ConnectionLimits extends ConnectionRateLimits {
  maxPendingConnections: number;
  maxConnectionsPerGateway: number;
  maxConnectionsPerService: number;
}

/**
 * All connections that have sent a CONNECT: who has not signed in yet, and who has.
 *
 * Where an identity is at its limit the newest wins: a gateway that lost its uplink comes back while its
 * half-open connections still stand, and its alarms must not wait for their keep-alive to run out.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #pending = new Map<FencedConnection, Place>();
  readonly #signedIn = new Map<FencedConnection, Session>();
  readonly #byUser = new Map<string, Set<FencedConnection>>();
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

  /** Takes in a new connection with its place in the waiting room, which it has until it signs in or closes. */
  add(connection: FencedConnection, place: Place): void {
    this.#pending.set(connection, place);
    connection.once('close', () => this.#remove(connection));
  }

  /** Notes who signed in; false where the broker has all the gateways it takes. */
  admit(connection: FencedConnection, session: Session): boolean {
    const isGateway = session.identity.kind === 'gateway';
    const own = this.#byUser.get(session.username) ?? new Set();
    const { maxConnectionsPerGateway, maxConnectionsPerService, maxConnections } = this.#limits;
    if (own.size >= (isGateway ? maxConnectionsPerGateway : maxConnectionsPerService)) {
      const superseded = oldest(own);
      if (superseded) {
        this.#remove(superseded);
        superseded.cut('superseded');
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

  /** Lets a connection that signed in through, at a rate of its identity's. */
  release(connection: FencedConnection, now: number): void {
    const session = this.#signedIn.get(connection);
    if (!session) return;
    const rate = this.#rates.take(session, now);
    connection.release(rate);
    connection.once('close', () => this.#rates.leave(session.username, rate));
  }

  /** Reads nothing of an identity for a while, on none of its connections. */
  slow(username: string, forMs: number): void {
    for (const connection of this.#byUser.get(username) ?? []) connection.slow(forMs, 'rate');
  }

  /** Closes every connection whose session no longer stands. */
  revoke(stands: (session: Session) => boolean): void {
    for (const [connection, session] of this.#signedIn) if (!stands(session)) connection.cut('revoked');
  }

  /** Closes every connection whose client takes nothing. */
  checkDrains(drainTimeoutMs: number): void {
    for (const connection of this.#signedIn.keys()) connection.checkDrain(drainTimeoutMs);
  }

  /** Closes all that are left. */
  closeAll(): void {
    for (const connection of [...this.#pending.keys(), ...this.#signedIn.keys()]) {
      connection.cut('broker-closing');
    }
  }

  /** Connections by kind. */
  counts(): { gateways: number; services: number } {
    return {
      gateways: this.#gateways,
      services: this.#signedIn.size - this.#gateways,
    };
  }

  #remove(connection: FencedConnection): void {
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

function oldest(connections: Set<FencedConnection>): FencedConnection | undefined {
  return connections.values().next().value;
}
