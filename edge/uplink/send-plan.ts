import { type Lane, lanes } from '#contracts/facts/event-kinds.ts';

/** Positions an outbox lane holds; `oldest` is `newest + 1` where it holds none. */
export type Extents = Record<Lane, { oldest: number; newest: number }>;

/** A message on its way: sent in this session and not yet acknowledged by ingest. */
export interface Flight {
  id: number;
  lane: Lane;
  /** Positions of its first and last record. */
  first: number;
  last: number;
  records: number;
  /** Monotonic ms. */
  sentAt: number;
  /** The broker has answered PUBACK. No record leaves for that: only ingest's acknowledgement counts. */
  hasPuback: boolean;
}

/** Positions that were on their way when the broker closed the connection, and how often in a row. */
export interface Suspect {
  lane: Lane;
  first: number;
  last: number;
  losses: number;
}

/** What the uplink knows of what it has sent. */
export interface SendState {
  /** Highest position sent in this session, or since the last resend began. */
  sent: Record<Lane, number>;
  /** Highest position sent since the agent started. */
  highestSent: Record<Lane, number>;
  /** When an acknowledgement last removed something, or sending began; monotonic ms. */
  progressAt: Record<Lane, number>;
  flights: readonly Flight[];
  suspects: readonly Suspect[];
  /** Records moved to the dead letters since the broker's last PUBACK. */
  deadLettersInARow: number;
  nextFlight: number;
}

/** Limits of what is in flight. */
export const sendLimits = {
  /** Messages without ingest's acknowledgement, a lane. */
  window: { alarm: 64, telemetry: 32 } satisfies Record<Lane, number>,
  /** Records a message, a lane. */
  records: { alarm: 1, telemetry: 200 } satisfies Record<Lane, number>,
  /** Bytes of records a telemetry message. */
  batchBytes: 65_536,
  /** Telemetry messages without PUBACK: on a slow link an alarm waits behind no more than this. */
  telemetryWithoutPuback: 2,
  /**
   * Telemetry records in a second: what a gateway held back for days must leave the platform time for the alarms of
   * others. Three days of a thousand devices, a reading a minute each, take 7 minutes.
   */
  telemetryPerSecond: 10_000,
  /** Losses after which a record that was alone in flight becomes a dead letter. */
  lossesToDeadLetter: 3,
  /** A broker that has refused so many in a row refuses everything, which is no fault of the records. */
  deadLettersInARow: 10,
  /** Losses after which messages go one by one, to find the one that is refused. */
  lossesToGoOneByOne: 2,
};

/** What to send next: at most `limit` records after a position. */
export interface Send {
  lane: Lane;
  after: number;
  limit: number;
}

/** Nothing sent yet. */
export function createSendState(): SendState {
  return {
    sent: { alarm: 0, telemetry: 0 },
    highestSent: { alarm: 0, telemetry: 0 },
    progressAt: { alarm: 0, telemetry: 0 },
    flights: [],
    suspects: [],
    deadLettersInARow: 0,
    nextFlight: 1,
  };
}

/** Says what to send now: alarms first, telemetry only when no alarm waits; undefined where nothing may. */
export function nextSend(state: SendState, extents: Extents): Send | undefined {
  for (const lane of lanes) {
    const after = Math.max(state.sent[lane], extents[lane].oldest - 1);
    if (after < extents[lane].newest) return sendIfAllowed(state, lane, after);
  }
  return undefined;
}

function sendIfAllowed(state: SendState, lane: Lane, after: number): Send | undefined {
  const limit = sendLimits.records[lane];
  const withoutPuback = state.flights.filter((flight) => !flight.hasPuback);
  const inWindow = state.flights.filter((flight) => flight.lane === lane).length;
  if (inWindow >= sendLimits.window[lane]) return undefined;
  if (lane === 'telemetry' && withoutPuback.length >= sendLimits.telemetryWithoutPuback) return undefined;
  const losses = lossesOf(state, lane, after + 1, after + limit);
  if (losses < sendLimits.lossesToGoOneByOne) return { lane, after, limit };
  if (withoutPuback.length > 0) return undefined;
  return { lane, after, limit: losses >= sendLimits.lossesToDeadLetter ? 1 : limit };
}

/** The message was handed to the connection. */
export function afterSend(
  state: SendState,
  message: Pick<Flight, 'lane' | 'first' | 'last' | 'records'>,
  now: number,
): SendState {
  const { lane, last } = message;
  const isFirst = !state.flights.some((flight) => flight.lane === lane);
  return {
    ...state,
    sent: { ...state.sent, [lane]: last },
    highestSent: { ...state.highestSent, [lane]: Math.max(state.highestSent[lane], last) },
    progressAt: isFirst ? { ...state.progressAt, [lane]: now } : state.progressAt,
    flights: [...state.flights, { ...message, id: state.nextFlight, sentAt: now, hasPuback: false }],
    nextFlight: state.nextFlight + 1,
  };
}

/** The broker answered a message with PUBACK. */
export function afterPuback(state: SendState, id: number): SendState {
  const flights = state.flights.map((flight) => (flight.id === id ? { ...flight, hasPuback: true } : flight));
  return { ...state, flights, deadLettersInARow: 0 };
}

/** Ingest's acknowledgement removed records of a lane, whose oldest is now `oldest`. */
export function afterProgress(state: SendState, lane: Lane, oldest: number, now: number): SendState {
  return {
    ...state,
    progressAt: { ...state.progressAt, [lane]: now },
    flights: state.flights.filter((flight) => flight.lane !== lane || flight.last >= oldest),
  };
}

/**
 * Begins a lane again from what is not acknowledged where nothing moved for `resendAfterMs`.
 *
 * What has no PUBACK yet is not sent twice into the same connection: after twice that time the
 * connection is `stalled`, to be closed and opened anew.
 */
export function afterSilence(
  state: SendState,
  now: number,
  resendAfterMs: number,
): { state: SendState; resent: Lane[]; stalled: boolean } {
  const withoutPuback = state.flights.filter((flight) => !flight.hasPuback);
  const stalled = withoutPuback.some(({ sentAt }) => now - sentAt >= 2 * resendAfterMs);
  const resent = lanes.filter(
    (lane) =>
      state.flights.some((flight) => flight.lane === lane) &&
      !withoutPuback.some((flight) => flight.lane === lane) &&
      now - state.progressAt[lane] >= resendAfterMs,
  );
  const again = Object.fromEntries(resent.map((lane) => [lane, 0]));
  const flights = state.flights.filter(({ lane }) => !resent.includes(lane));
  return { state: { ...state, sent: { ...state.sent, ...again }, flights }, resent, stalled };
}

/**
 * The connection is lost; all that is not acknowledged will be sent again.
 *
 * @param isSuspicious The broker closed a connection that worked, as it does on a message it refuses. A
 * network that went away says nothing of the messages on it.
 * @returns The record to move to the dead letters: alone in flight at this loss, and in flight at those before.
 */
export function afterLoss(
  state: SendState,
  isSuspicious: boolean,
): { state: SendState; refused?: { lane: Lane; position: number } } {
  const fresh = { ...state, sent: { alarm: 0, telemetry: 0 }, flights: [] };
  if (!isSuspicious) return { state: fresh };
  const suspects = state.flights
    .filter((flight) => !flight.hasPuback)
    .map(({ lane, first, last }) => ({ lane, first, last, losses: lossesOf(state, lane, first, last) + 1 }));
  const [only] = suspects;
  const isSingle = suspects.length === 1 && only?.first === only?.last;
  const isDeadLetterAllowed = isSingle && state.deadLettersInARow < sendLimits.deadLettersInARow;
  if (only && isDeadLetterAllowed && only.losses >= sendLimits.lossesToDeadLetter) {
    const deadLettersInARow = state.deadLettersInARow + 1;
    return {
      state: { ...fresh, suspects: [], deadLettersInARow },
      refused: { lane: only.lane, position: only.first },
    };
  }
  return { state: { ...fresh, suspects } };
}

function lossesOf(state: SendState, lane: Lane, first: number, last: number): number {
  const overlapping = state.suspects.filter(
    (suspect) => suspect.lane === lane && suspect.first <= last && suspect.last >= first,
  );
  return Math.max(0, ...overlapping.map(({ losses }) => losses));
}
