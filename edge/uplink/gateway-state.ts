import {
  type ForeignCall,
  type GatewayState,
  type Held,
  schemaVersion,
} from '#contracts/gateway-messages.ts';
import type { Clock } from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';

/** Most streams told in a birth; what is held beyond is told in a later one. */
export const maxHeldStreams = 64;

/** What a gateway says of itself in a birth or heartbeat. */
export interface GatewayFacts {
  session: string;
  /** Names this start of the agent. */
  epoch: string;
  /** Gateway time, epoch ms. */
  at: number;
  held: Held[];
  heartbeatIntervalMs: number;
  adapters: string[];
  version: string;
  clock: Clock;
  counters: Readonly<Record<string, number>>;
  foreign?: ForeignCall[];
}

/** Writes a birth or heartbeat. */
export function aliveMessage(status: 'birth' | 'heartbeat', facts: GatewayFacts): GatewayState {
  return {
    schemaVersion,
    status,
    ...facts,
    at: toTimestamp(facts.at),
    held: facts.held.slice(0, maxHeldStreams),
    counters: { ...facts.counters },
  };
}

/** Writes the death of a session, for its will or its orderly end. */
export function deathMessage(session: string, at: number): GatewayState {
  return { schemaVersion, status: 'death', session, at: toTimestamp(at) };
}
