import { gatewayCountsOf } from '#contracts/gateway-counters.ts';
import { type ForeignCall, GatewayState, type Held } from '#contracts/gateway-messages.ts';
import type { GatewayEntry } from '#contracts/journal-entry.ts';
import { buildTopic } from '#contracts/topics.ts';
import { createValidator } from '#contracts/validate.ts';
import { createLimitedLog } from '#runtime/limited-log.ts';
import type { Logger } from '#runtime/log.ts';
import { isStorageFault } from '#runtime/sqlite.ts';
import type { DeadLetter } from '../journal/dead-letter.ts';
import type { Journal } from '../journal/journal.ts';
import { holesUpTo } from '../journal/stream.ts';
import { ackOf, type Publish } from './acknowledge.ts';
import { inStreamTransaction, type JournalTables } from './commit-batch.ts';
import { createFairScheduler, type SchedulerLimits } from './fair-scheduler.ts';
import { limitsOf, parsePayload } from './parse-payload.ts';
import { restoredGap } from './platform-record.ts';
import type { ReceiveMetrics } from './receive-metrics.ts';

/** Follows births, heartbeats and deaths of gateways, and answers them with what was accepted. */
export interface GatewayStates {
  /** @param retained The broker kept it: it says which session is live, not that the gateway sent something now. */
  receive(gateway: GatewayName, payload: Buffer, retained: boolean): void;
  /** Accepts what waits for its turn. */
  close(): void;
}

/**
 * A state is a commit of its own: a few in a turn, so that no storm of them keeps alarms waiting. A gateway says a few
 * things in a row (death, birth, the question for the time); what is beyond is said again by its next heartbeat.
 */
const turnLimits: SchedulerLimits = { bytes: 2 ** 25, senderBytes: 2 ** 17, turnMs: 5, turnItems: 8 };

interface GatewayName {
  community: string;
  gateway: string;
}

/** Sequences of a stream that nobody holds any more. */
interface Lost extends Held {
  from: number;
  to: number;
}

type Append = Parameters<Parameters<Journal['commit']>[0]>[0];

const checkState = createValidator(GatewayState);

/** Creates the follower of gateway states. */
export function createGatewayStates(options: {
  tables: JournalTables;
  publish: Publish;
  /** True while telemetry is acknowledged to nobody; see `IntakeOptions`. */
  holdsAcks: () => boolean;
  onCommitted: (position: number) => void;
  metrics: ReceiveMetrics;
  now: () => number;
  log: Logger;
  /** Monotonic ms, for the length of turns. */
  clock?: () => number;
}): GatewayStates {
  const { tables, metrics, log, clock = () => performance.now() } = options;
  const limitedLog = createLimitedLog({ log });
  /** Session of the last birth or heartbeat; as many as gateways sign in to the broker. */
  const sessions = new Map<string, string>();

  const answer = (name: GatewayName, held: readonly Held[], state?: GatewayState) => {
    const holds = options.holdsAcks();
    const streams = tables.streams
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
  /** Those records become gaps, and their streams continue after them. */
  const tellLost = (name: GatewayName, lost: readonly Lost[], append: Append, receivedAt: number) => {
    for (const { from, to, ...held } of lost) {
      const key = { ...name, epoch: held.epoch, lane: held.lane };
      tables.streams.markReceived(key, from, to, receivedAt);
      append(restoredGap(name, held, from, to, receivedAt));
      limitedLog.error(
        `lost/${keyOf(name)}`,
        { ...key, from, to },
        'records lost: the gateway let go of them and our data does not hold them',
      );
    }
  };
  /** What a gateway said before we listened is no news of it, but what it let go of then is gone. */
  const meetRetained = (name: GatewayName, state: GatewayState) => {
    if (state.status === 'death') return;
    const held = state.held ?? [];
    const lost = lostOf(tables, name, held);
    if (lost.length > 0) {
      inStreamTransaction(tables, (append, receivedAt) => tellLost(name, lost, append, receivedAt));
      options.onCommitted(tables.journal.newest);
    }
    // The gateway may wait for platform time: it alone knows whether the question is too old for an answer.
    answer(name, held, state);
  };
  const journalState = (name: GatewayName, state: GatewayState) => {
    const held = state.held ?? [];
    inStreamTransaction(tables, (append, receivedAt) => {
      append(entryOf(name, state));
      if (state.status === 'death') return;
      tellLost(name, lostOf(tables, name, held), append, receivedAt);
      if (state.status === 'birth') tables.streams.prune(name.community, name.gateway, held, receivedAt);
    });
    options.onCommitted(tables.journal.newest);
  };
  const keepDeadLetter = (
    name: GatewayName,
    payload: Buffer,
    fault: Pick<DeadLetter, 'reason' | 'path' | 'expected'>,
  ) => {
    const deadLetter: DeadLetter = { ...fault, ...name, lane: 'state', payload };
    tables.journal.commit((_append, receivedAt) => tables.deadLetters.add(deadLetter, false, receivedAt));
    metrics.stateMessage('dead-letter');
    const { reason, path, expected } = fault;
    limitedLog.warn(`${keyOf(name)}/${reason}`, { ...name, reason, path, expected }, 'dead letter');
  };
  const keepUnprocessable = (name: GatewayName, payload: Buffer, error: unknown) => {
    try {
      keepDeadLetter(name, payload, { reason: 'unprocessable', path: '/', expected: String(error) });
    } catch (failure) {
      limitedLog.error(`not-kept/${keyOf(name)}`, { err: failure, ...name }, 'gateway state not kept either');
    }
  };
  const receive = (name: GatewayName, payload: Buffer, retained: boolean) => {
    const parsed = parsePayload(payload, limitsOf('state'));
    if (!parsed.ok) {
      keepDeadLetter(name, payload, { ...parsed, path: '/' });
      return;
    }
    const checked = checkState(parsed.value);
    if (!checked.ok) {
      keepDeadLetter(name, payload, { reason: 'invalid', ...checked });
      return;
    }
    const state = checked.value;
    const key = keyOf(name);
    if (retained) {
      sessions.set(key, state.session);
      metrics.stateMessage('retained');
      meetRetained(name, state);
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

  const handle = ({ name, payload, retained }: StateMessage) => {
    try {
      receive(name, payload, retained);
    } catch (error) {
      limitedLog.error(`state/${keyOf(name)}`, { err: error, ...name }, 'gateway state not accepted');
      // The next heartbeat says the same again: only what will never be accepted is worth keeping.
      if (!isStorageFault(error)) keepUnprocessable(name, payload, error);
    }
  };
  const turns = createFairScheduler<StateMessage>(turnLimits, { handle, clock });

  return {
    receive: (name, payload, retained) => {
      // An empty payload only clears what the broker retained.
      if (payload.length === 0) return;
      if (!turns.add(keyOf(name), { name, payload, retained }, payload.length))
        metrics.stateMessage('left-queue');
    },
    close: () => {
      turns.drain();
      limitedLog.close();
    },
  };
}

interface StateMessage {
  name: GatewayName;
  payload: Buffer;
  retained: boolean;
}

const keyOf = ({ community, gateway }: GatewayName) => `${community}/${gateway}`;

/**
 * What a gateway no longer holds and we never accepted: our data is from an older copy. In a journal without such
 * loss there is none, since a gateway lets go of a record by our acknowledgement alone.
 */
function lostOf(
  { streams }: Pick<JournalTables, 'streams'>,
  name: GatewayName,
  held: readonly Held[],
): Lost[] {
  return held.flatMap((one) => {
    const known = streams.find({ ...name, epoch: one.epoch, lane: one.lane });
    const holes = holesUpTo(known ?? { acknowledged: 0, ranges: [] }, one.oldest - 1);
    return holes.map(([from, to]) => ({ ...one, from, to }));
  });
}

function entryOf(name: GatewayName, state: GatewayState): GatewayEntry {
  const { status, session, epoch, heartbeatIntervalMs, held, clock, counters, foreign } = state;
  return {
    class: 'gateway',
    ...name,
    status,
    session,
    ...(epoch !== undefined && { epoch }),
    ...(heartbeatIntervalMs !== undefined && { heartbeatIntervalMs }),
    ...(held && { held: held.map(({ epoch, lane, oldest, newest }) => ({ epoch, lane, oldest, newest })) }),
    ...(clock && { clock }),
    ...(counters && { counters: gatewayCountsOf(counters) }),
    ...(foreign && { foreign: foreign.map(knownCall) }),
  };
}

/** A gateway may be a version ahead: what this release does not know is not kept. */
function knownCall({ adapter, protocol, device, remote, times, lastAt }: ForeignCall): ForeignCall {
  return { adapter, protocol, ...(device !== undefined && { device }), remote, times, lastAt };
}
