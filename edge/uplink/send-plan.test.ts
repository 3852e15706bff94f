import { describe, expect, it } from 'vitest';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import {
  afterLoss,
  afterProgress,
  afterPuback,
  afterSend,
  afterSilence,
  createSendState,
  type Extents,
  nextSend,
  type SendState,
  sendLimits,
} from './send-plan.ts';

const extents = (alarm: [number, number], telemetry: [number, number] = [1, 0]): Extents => ({
  alarm: { oldest: alarm[0], newest: alarm[1] },
  telemetry: { oldest: telemetry[0], newest: telemetry[1] },
});

/** Sends what the plan says until it says nothing more. */
function sendAll(state: SendState, held: Extents, now = 0, limit = 1000) {
  const sent: { lane: Lane; first: number; last: number }[] = [];
  let next = nextSend(state, held);
  while (next && sent.length < limit) {
    const first = next.after + 1;
    const last = Math.min(next.after + next.limit, held[next.lane].newest);
    state = afterSend(state, { lane: next.lane, first, last, records: last - first + 1 }, now);
    sent.push({ lane: next.lane, first, last });
    next = nextSend(state, held);
  }
  return { state, sent };
}

const brokerTookAll = (state: SendState) =>
  state.flights.reduce((before, { id }) => afterPuback(before, id), state);

describe('what goes next', () => {
  it('is every alarm one by one, then telemetry in batches', () => {
    const { sent } = sendAll(createSendState(), extents([1, 2], [1, 250]));
    expect(sent).toEqual([
      { lane: 'alarm', first: 1, last: 1 },
      { lane: 'alarm', first: 2, last: 2 },
    ]);
    const after = sendAll(
      brokerTookAll(sendAll(createSendState(), extents([1, 2])).state),
      extents([1, 2], [1, 250]),
    );
    expect(after.sent).toEqual([
      { lane: 'telemetry', first: 1, last: 200 },
      { lane: 'telemetry', first: 201, last: 250 },
    ]);
  });

  it('is nothing where nothing is held', () => {
    expect(nextSend(createSendState(), extents([5, 4], [9, 8]))).toBeUndefined();
  });

  it('begins at the oldest that is held', () => {
    expect(nextSend(createSendState(), extents([17, 20]))).toMatchObject({ lane: 'alarm', after: 16 });
  });

  it('is no more than the window of alarms, and no telemetry while an alarm waits', () => {
    const { sent, state } = sendAll(createSendState(), extents([1, 1000], [1, 1000]));
    expect(sent.filter(({ lane }) => lane === 'alarm')).toHaveLength(sendLimits.window.alarm);
    expect(nextSend(brokerTookAll(state), extents([1, 1000], [1, 1000]))).toBeUndefined();
  });

  it('is no more telemetry than the broker can take at once', () => {
    const held = extents([1, 0], [1, 100_000]);
    const { sent, state } = sendAll(createSendState(), held);
    expect(sent).toHaveLength(sendLimits.telemetryWithoutPuback);
    const more = nextSend(afterPuback(state, 1), held);
    expect(more).toEqual({ lane: 'telemetry', after: 400, limit: 200 });
  });

  it('is no more telemetry than its window without an acknowledgement', () => {
    const held = extents([1, 0], [1, 100_000]);
    let state = createSendState();
    for (let round = 0; round < 100; round++) state = brokerTookAll(sendAll(state, held).state);
    expect(state.flights).toHaveLength(sendLimits.window.telemetry);
    const acknowledged = afterProgress(state, 'telemetry', 401, 1);
    expect(nextSend(acknowledged, held)).toMatchObject({ after: 6400 });
  });

  it('is a new alarm even while telemetry is on the line', () => {
    const { state } = sendAll(createSendState(), extents([1, 0], [1, 100_000]));
    expect(nextSend(state, extents([1, 1], [1, 100_000]))).toEqual({ lane: 'alarm', after: 0, limit: 1 });
  });
});

describe('silence', () => {
  const held = extents([1, 3]);

  it('of ingest sends again what is not acknowledged, once the time is over', () => {
    const sent = brokerTookAll(sendAll(createSendState(), held, 1000).state);
    expect(afterSilence(sent, 5999, 5000)).toMatchObject({ resent: [], stalled: false });
    const { state, resent, stalled } = afterSilence(sent, 6000, 5000);
    expect({ resent, stalled }).toEqual({ resent: ['alarm'], stalled: false });
    expect(nextSend(state, extents([2, 3]))).toEqual({ lane: 'alarm', after: 1, limit: 1 });
  });

  it('is broken by progress', () => {
    const sent = brokerTookAll(sendAll(createSendState(), held, 1000).state);
    const state = afterProgress(sent, 'alarm', 2, 4000);
    expect(afterSilence(state, 8999, 5000).resent).toEqual([]);
    expect(afterSilence(state, 9000, 5000).resent).toEqual(['alarm']);
  });

  it('with nothing on its way is no silence', () => {
    expect(afterSilence(createSendState(), 1e9, 5000)).toMatchObject({ resent: [], stalled: false });
  });

  it('of the broker itself is a stalled connection, into which nothing is sent twice', () => {
    const { state } = sendAll(createSendState(), held, 1000);
    expect(afterSilence(state, 10_999, 5000)).toMatchObject({ resent: [], stalled: false });
    expect(afterSilence(state, 11_000, 5000)).toMatchObject({ resent: [], stalled: true });
  });
});

describe('a lost connection', () => {
  const loseWith = (state: SendState, held: Extents, isSuspicious = true) =>
    afterLoss(sendAll(state, held).state, isSuspicious);

  it('sends all again that is not acknowledged', () => {
    const { state } = loseWith(createSendState(), extents([1, 3]));
    expect(sendAll(state, extents([2, 3])).sent.map(({ first }) => first)).toEqual([2, 3]);
  });

  it('still believes acknowledgements of what an earlier session sent', () => {
    const { state } = loseWith(createSendState(), extents([1, 3]));
    expect(state.highestSent.alarm).toBe(3);
  });

  it('three times with the same single record gives that record up', () => {
    const held = extents([7, 7]);
    const first = loseWith(createSendState(), held);
    const second = loseWith(first.state, held);
    const third = loseWith(second.state, held);
    expect([first.refused, second.refused]).toEqual([undefined, undefined]);
    expect(third.refused).toEqual({ lane: 'alarm', position: 7 });
    expect(third.state.suspects).toEqual([]);
  });

  it('gives no more up once the broker has refused so many in a row that it must refuse everything', () => {
    let state = createSendState();
    const refused: number[] = [];
    for (let loss = 0, oldest = 1; loss < 100; loss++) {
      const lost = loseWith(state, extents([oldest, oldest]));
      state = lost.state;
      if (lost.refused) refused.push(oldest++);
    }
    expect(refused).toHaveLength(sendLimits.deadLettersInARow);
  });

  it('gives nothing up where the network went away, however often', () => {
    let state = createSendState();
    for (let loss = 0; loss < 100; loss++) {
      const lost = loseWith(state, extents([7, 7]), false);
      expect(lost.refused).toBeUndefined();
      state = lost.state;
    }
  });

  it('starts counting anew once the broker took the record', () => {
    const held = extents([7, 7]);
    const twice = loseWith(loseWith(createSendState(), held).state, held).state;
    const accepted = afterLoss(brokerTookAll(sendAll(twice, held).state), true);
    expect(accepted.refused).toBeUndefined();
    expect(loseWith(accepted.state, held).refused).toBeUndefined();
  });

  it.each([
    { lane: 'alarm' as const, held: extents([1, 50]), bad: 23 },
    { lane: 'telemetry' as const, held: extents([1, 0], [1, 900]), bad: 333 },
  ])('finds the one record among many that the broker refuses on the $lane lane', ({ lane, held, bad }) => {
    let state = createSendState();
    let refused: ReturnType<typeof afterLoss>['refused'];
    let losses = 0;
    // A broker that handles what is before the bad record, and closes on it.
    for (; losses < 10 && !refused; losses++) {
      let isClosed = false;
      while (!isClosed) {
        const next = nextSend(state, held);
        if (!next) {
          const flight = state.flights.find(({ hasPuback }) => !hasPuback);
          if (!flight) throw new Error('nothing goes any more');
          isClosed = flight.first <= bad && bad <= flight.last;
          if (!isClosed) {
            state = afterPuback(state, flight.id);
            state = afterProgress(state, lane, flight.last + 1, 0);
          }
          continue;
        }
        const first = next.after + 1;
        const last = Math.min(next.after + next.limit, held[lane].newest);
        state = afterSend(state, { lane, first, last, records: last - first + 1 }, 0);
      }
      ({ state, refused } = afterLoss(state, true));
    }
    expect(refused).toEqual({ lane, position: bad });
    expect(losses).toBeLessThanOrEqual(lane === 'alarm' ? 3 : 4);
  });
});
