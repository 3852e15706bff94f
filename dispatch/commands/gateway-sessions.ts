import { GatewayState } from '#contracts/gateway-messages.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { parseTopic } from '#contracts/topics.ts';
import { createValidator } from '#contracts/validate.ts';

/** Heartbeats a gateway may miss before it counts as away. */
const missedHeartbeats = 3;
/** Interval of heartbeats where a gateway does not say its own, ms. */
const usualHeartbeatMs = 30_000;
/** Most gateways known at once; the one longest known is forgotten. */
const maxGateways = 10_000;

/** The present session of each gateway, from what gateways say of themselves at the broker. */
export interface GatewaySessions {
  /** Takes a message of a `state` topic; anything else is passed over. */
  onState(topic: string, payload: Buffer, isRetained: boolean): void;
  /** The session in which a gateway can be reached now; undefined where it is away or unheard. */
  find(community: string, gateway: string): string | undefined;
  /** Forgets all sessions: changes are not received now. */
  clear(): void;
}

const check = createValidator(GatewayState);

/** Creates an empty list of sessions. */
export function createGatewaySessions(now: () => number): GatewaySessions {
  const sessions = new Map<string, { session: string; until: number }>();
  return {
    onState: (text, payload, isRetained) => {
      const topic = parseTopic(text);
      if (topic?.name !== 'state') return;
      const key = `${topic.community}/${topic.gateway}`;
      const state = read(payload);
      if (!state) return;
      const { session, status, heartbeatIntervalMs = usualHeartbeatMs } = state;
      if (status === 'death') {
        // A death of an older session says nothing about this one.
        if (sessions.get(key)?.session === session) sessions.delete(key);
        return;
      }
      const heardAt = isRetained ? Math.min(now(), fromTimestamp(state.at)) : now();
      sessions.delete(key);
      sessions.set(key, { session, until: heardAt + missedHeartbeats * heartbeatIntervalMs });
      const [oldest] = sessions.keys();
      if (sessions.size > maxGateways && oldest !== undefined) sessions.delete(oldest);
    },
    find: (community, gateway) => {
      const known = sessions.get(`${community}/${gateway}`);
      return known && known.until > now() ? known.session : undefined;
    },
    clear: () => sessions.clear(),
  };
}

function read(payload: Buffer): GatewayState | undefined {
  try {
    const checked = check(JSON.parse(payload.toString('utf8')));
    return checked.ok ? checked.value : undefined;
  } catch {
    return undefined;
  }
}
