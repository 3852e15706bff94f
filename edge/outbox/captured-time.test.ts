import { expect, it } from 'vitest';
import { toTimestamp } from '#contracts/time.ts';
import {
  createTestClock,
  createTestFolder,
  heartRate,
  openTestOutbox,
  recordsOf,
  sos,
  type TestClock,
} from '../testing/open-test-outbox.ts';

const pressedAt = Date.UTC(2026, 10, 24, 1, 15);
const threeDaysMs = 3 * 86_400_000;

/** The first ack tells the time, `elapsedMs` after the press. */
const learn = (clock: TestClock, elapsedMs: number) =>
  clock.sample({
    sentAt: clock.monotonic(),
    receivedAt: clock.monotonic(),
    platformAt: pressedAt + elapsedMs,
  });

it.each([-threeDaysMs, threeDaysMs])(
  'what a clock %d ms off captured before the first ack stands at its own time once that is known, in both lanes',
  (offMs) => {
    const clock = createTestClock(pressedAt + offMs);
    const { outbox } = openTestOutbox(createTestFolder(), { clock });
    const text = '"clock":{"state":"unknown"}';
    outbox.accept([sos(1), { ...sos(2), body: { type: 'event', kind: 'sos', text } }, heartRate(70)]);
    outbox.flush();
    clock.advance(90_000);
    // Before the ack nothing better is known than what the clock said.
    expect(recordsOf(outbox, 'alarm')[0]).toMatchObject({
      capturedAt: toTimestamp(pressedAt + offMs),
      heldMs: 90_000,
      clock: { state: 'unknown' },
    });
    learn(clock, 90_000);
    clock.advance(5000);
    const told = {
      capturedAt: toTimestamp(pressedAt),
      heldMs: 95_000,
      clock: { state: 'skewed', offsetMs: -offMs },
    };
    expect(recordsOf(outbox, 'alarm')).toMatchObject([told, { ...told, body: { text } }]);
    expect(recordsOf(outbox, 'telemetry')).toMatchObject([told]);
  },
);

it('after a restart of the agent in the same boot the time it was captured at is told just the same', () => {
  const folder = createTestFolder();
  const clock = createTestClock(pressedAt - threeDaysMs);
  const { outbox: killed } = openTestOutbox(folder, { clock, boot: 'a' });
  killed.accept([sos(1), heartRate(70)]);
  killed.close();
  clock.advance(60_000);
  const { outbox } = openTestOutbox(folder, { clock, boot: 'a' });
  learn(clock, 60_000);
  const told = { capturedAt: toTimestamp(pressedAt), heldMs: 60_000 };
  expect(recordsOf(outbox, 'alarm')).toMatchObject([told]);
  expect(recordsOf(outbox, 'telemetry')).toMatchObject([told]);
});

it('after a reboot nobody knows how long it was held, and it is sent as it was written', () => {
  const folder = createTestFolder();
  const clock = createTestClock(pressedAt - threeDaysMs);
  const { outbox: cut } = openTestOutbox(folder, { clock, boot: 'a' });
  cut.accept([sos(1)]);
  cut.close();
  const { outbox } = openTestOutbox(folder, { clock, boot: 'b' });
  learn(clock, 60_000);
  expect(recordsOf(outbox, 'alarm')).toMatchObject([
    { capturedAt: toTimestamp(pressedAt - threeDaysMs), clock: { state: 'unknown' } },
  ]);
});

it('what was captured with the time known keeps its instant when the time is learnt anew', () => {
  const clock = createTestClock(pressedAt);
  const { outbox } = openTestOutbox(createTestFolder(), { clock });
  learn(clock, 0);
  outbox.accept([sos(1)]);
  clock.advance(10_000);
  learn(clock, 11_000);
  expect(recordsOf(outbox, 'alarm')).toMatchObject([
    { capturedAt: toTimestamp(pressedAt), clock: { state: 'synchronized' } },
  ]);
});
