import { gatewayCountsOf } from '#contracts/gateway-counters.ts';
import { GatewayState, type Held } from '#contracts/gateway-messages.ts';
import type { GatewayEntry } from '#contracts/journal-entry.ts';
import { buildTopic } from '#contracts/topics.ts';
import { createValidator } from '#contracts/validate.ts';
import type { Logger } from '#runtime/log.ts';
import type { DeadLetter } from '../journal/dead-letter.ts';
import type { Journal } from '../journal/journal.ts';
import { ackOf, type Publish } from './acknowledge.ts';
import { parsePayload } from './parse-payload.ts';
import { restoredGap } from './platform-record.ts';
import type { ReceiveMetrics } from './receive-metrics.ts';
import { type Books, inStreamTransaction } from './take-in.ts';

/** Follows births, heartbeats and deaths of gateways, and answers them with what was taken in. */
export interface GatewayStates {
  /** @param retained The broker kept it from before: tells which session lives, not that it was heard. */
  receive(gateway: GatewayName, payload: Buffer, retained: boolean): void;
}

interface GatewayName {
  community: string;
  gateway: string;
}

const checkState = createValidator(GatewayState);

/** Creates the follower of gateway states. */
export function createGatewayStates(options: {
  books: Books;
  publish: Publish;
  /** True while telemetry is acknowledged to nobody; see `IntakeOptions`. */
  holdsAcks: () => boolean;
  onCommitted: (position: number) => void;
  metrics: ReceiveMetrics;
  now: () => number;
  log: Logger;
}): GatewayStates {
  const { books, metrics, log } = options;
  /** Session of the last birth or heartbeat; as many as gateways sign in to the broker. */
  const sessions = new Map<string, string>();

  const answer = (name: GatewayName, held: readonly Held[], state?: GatewayState) => {
    const holds = options.holdsAcks();
    const streams = books.streams
      .ofGateway(name.community, name.gateway)
      .filter(({ lane }) => lane === 'alarm' || !holds);
    const isHeld = new Set(held.map(({ epoch, lane }) => `${epoch}/${lane}`));
    // What the gateway waits for comes first, where not all its streams fit.
    const [first, rest] = [true, false].map((wanted) =>
      streams.filter(({ epoch, lane }) => isHeld.has(`${epoch}/${lane}`) === wanted),
    ) as [typeof streams, typeof streams];
    const answers = state && { session: state.session, at: state.at };
    options.publish(buildTopic({ name: 'ack', ...name }), ackOf([...first, ...rest], options.now(), answers));
  };
  const journalState = (name: GatewayName, state: GatewayState) => {
    const held = state.held ?? [];
    inStreamTransaction(books, (append, receivedAt) => {
      append(entryOf(name, state));
      if (state.status === 'death') return;
      for (const one of held) advanceRestored(books, name, one, append, receivedAt, log);
      if (state.status === 'birth') books.streams.prune(name.community, name.gateway, held, receivedAt);
    });
    options.onCommitted(books.journal.newest);
  };
  const setAside = (
    name: GatewayName,
    payload: Buffer,
    fault: Pick<DeadLetter, 'reason' | 'path' | 'expected'>,
  ) => {
    const letter: DeadLetter = { ...fault, ...name, lane: 'state', payload };
    books.journal.commit((_append, receivedAt) => books.deadLetters.add(letter, false, receivedAt));
    metrics.stateMessage('dead-letter');
    log.warn({ ...name, reason: fault.reason, path: fault.path, expected: fault.expected }, 'dead letter');
  };
  const receive = (name: GatewayName, payload: Buffer, retained: boolean) => {
    const parsed = parsePayload(payload);
    if (!parsed.ok) {
      setAside(name, payload, { ...parsed, path: '/' });
      return;
    }
    const checked = checkState(parsed.value);
    if (!checked.ok) {
      setAside(name, payload, { reason: 'invalid', ...checked });
      return;
    }
    const state = checked.value;
    const key = `${name.community}/${name.gateway}`;
    if (retained) {
      sessions.set(key, state.session);
      metrics.stateMessage('retained');
      // The gateway may wait for platform time: it alone knows whether the question is too old for an answer.
      if (state.status !== 'death') answer(name, state.held ?? [], state);
      return;
    }
    const current = sessions.get(key);
    if (state.status === 'death' && current !== undefined && current !== state.session) {
      metrics.stateMessage('ignored');
      return;
    }
    journalState(name, state);
    sessions.set(key, state.session);
    metrics.stateMessage('journalled');
    if (state.status !== 'death') answer(name, state.held ?? [], state);
  };

  return {
    receive: (name, payload, retained) => {
      // An empty payload only clears what the broker retained.
      if (payload.length === 0) return;
      try {
        receive(name, payload, retained);
      } catch (error) {
        log.error({ err: error, ...name }, 'gateway state not taken in');
      }
    },
  };
}

/**
 * Where a gateway no longer holds what we never took in, our data is from an older copy: those records
 * are told as a gap, and the stream goes on behind it.
 */
function advanceRestored(
  { streams }: Pick<Books, 'streams'>,
  name: GatewayName,
  held: Held,
  append: Parameters<Parameters<Journal['commit']>[0]>[0],
  receivedAt: number,
  log: Logger,
): void {
  const key = { ...name, epoch: held.epoch, lane: held.lane };
  const from = (streams.find(key)?.acknowledged ?? 0) + 1;
  const to = held.oldest - 1;
  if (to < from) return;
  streams.cover(key, from, to, receivedAt);
  append(restoredGap(name, held, from, to, receivedAt));
  log.error({ ...key, from, to }, 'records lost: the gateway let go of them and our data does not hold them');
}

function entryOf(name: GatewayName, state: GatewayState): GatewayEntry {
  const { status, session, heartbeatIntervalMs, held, clock, counters } = state;
  return {
    class: 'gateway',
    ...name,
    status,
    session,
    ...(heartbeatIntervalMs !== undefined && { heartbeatIntervalMs }),
    ...(held && { held: held.map(({ epoch, lane, oldest, newest }) => ({ epoch, lane, oldest, newest })) }),
    ...(clock && { clock }),
    ...(counters && { counters: gatewayCountsOf(counters) }),
  };
}
