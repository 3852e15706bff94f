import { pino } from 'pino';
import type { Acceptance, AdapterContext, Observation } from '#edge/adapters/adapter.ts';
import { validateObservation } from '#edge/outbox/validate-observation.ts';
import { createBoundedMap } from '#runtime/bounded-map.ts';

/** What an adapter works with while it is fed damaged messages: takes as the outbox does, without its disk. */
export interface FuzzContext extends AdapterContext {
  clock: number;
  /** Events that became records, by kind, whatever their outcome. */
  readonly events: Map<string, number>;
  /** Kind of each device's newest event since this was cleared; a probe looks for its own. */
  readonly heard: Map<string, string>;
  /** Observations that the outbox had to mend, as it does in the field. */
  mended: number;
  /** Errors that were caught and logged: nothing here refuses, so each is a fault of the adapter. */
  readonly caught: string[];
}

const start = Date.parse('2026-11-24T01:15:00.000Z');
const maxKnown = 10_000;
const gateway = 'gw-1';
const captured = (at: number) => ({ at, monotonic: at, clock: { state: 'synchronized' } as const });

/** Creates a context whose clock stands until it is moved. */
export function createFuzzContext(): FuzzContext {
  const origins = createBoundedMap<string, true>(maxKnown);
  const nears = createBoundedMap<string, number>(maxKnown);
  const files = new Map<string, string>();
  const caught: string[] = [];
  const outcomeOf = ({ device, origin, near, ends }: Observation): Acceptance => {
    const keyOf = (key: string, at?: number) => JSON.stringify([device, key, at]);
    if (ends !== undefined) {
      origins.delete(keyOf(ends));
      nears.delete(keyOf(ends));
    }
    if (origin) {
      const key = keyOf(origin.key, origin.at);
      if (origins.get(key)) return 'repeat';
      origins.set(key, true);
    }
    if (!near) return 'accepted';
    const before = nears.get(keyOf(near.key));
    nears.set(keyOf(near.key), near.at);
    return before !== undefined && Math.abs(before - near.at) <= near.withinMs
      ? 'possible-repeat'
      : 'accepted';
  };
  const context: FuzzContext = {
    clock: start,
    events: new Map(),
    heard: new Map(),
    mended: 0,
    caught,
    now: () => context.clock,
    count: () => undefined,
    foreign: () => undefined,
    kept: { read: (name) => files.get(name), write: (name, text) => void files.set(name, text) },
    log: pino({ level: 'error' }, { write: (line: string) => void caught.push(line.slice(0, 600)) }),
    accept: (observations) =>
      observations.map((observation) => {
        const validated = validateObservation(observation, captured(context.clock), gateway);
        if (validated.as !== 'given') context.mended += 1;
        const { body, device } = observation;
        if (validated.as !== 'dropped' && body.type === 'event') {
          const kind = validated.as === 'unreadable' ? 'unreadable-alarm' : body.kind;
          context.events.set(kind, (context.events.get(kind) ?? 0) + 1);
          context.heard.set(device, kind);
        }
        return outcomeOf(observation);
      }),
  };
  return context;
}
