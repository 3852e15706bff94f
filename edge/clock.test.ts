import { expect, it } from 'vitest';
import { createGatewayClock, maxRoundTripMs } from './clock.ts';

const start = Date.UTC(2026, 10, 24, 1, 15);

function createSource() {
  const source = { systemMs: start, monotonicMs: 5000 };
  const clock = createGatewayClock({ system: () => source.systemMs, monotonic: () => source.monotonicMs });
  const pass = (ms: number) => {
    source.systemMs += ms;
    source.monotonicMs += ms;
  };
  const jump = (ms: number) => {
    source.systemMs += ms;
  };
  return { clock, pass, jump };
}

it('follows the system clock and says unknown until it learned better', () => {
  const { clock, pass } = createSource();
  pass(10);
  expect([clock.now(), clock.state()]).toEqual([start + 10, { state: 'unknown' }]);
});

it.each([
  { offsetMs: 0, state: { state: 'synchronized' } },
  { offsetMs: 999, state: { state: 'synchronized' } },
  { offsetMs: -999, state: { state: 'synchronized' } },
  { offsetMs: 1000, state: { state: 'skewed', offsetMs: 1000 } },
  { offsetMs: -86_400_000, state: { state: 'skewed', offsetMs: -86_400_000 } },
])('corrects an offset of $offsetMs ms, taken at the middle of the round trip', ({ offsetMs, state }) => {
  const { clock, pass } = createSource();
  const sentAt = clock.monotonic();
  pass(300);
  const platformAt = start + 150 + offsetMs;
  expect(clock.sample({ sentAt, receivedAt: clock.monotonic(), platformAt })).toBe(true);
  expect([clock.now(), clock.state()]).toEqual([start + 300 + offsetMs, state]);
});

it('is not moved by a jump of the system clock once it learned the time', () => {
  const { clock, pass, jump } = createSource();
  clock.sample({ sentAt: clock.monotonic(), receivedAt: clock.monotonic(), platformAt: start });
  jump(3_600_000);
  pass(250);
  expect([clock.now(), clock.state()]).toEqual([start + 250, { state: 'synchronized' }]);
});

it('tells the offset of the system clock as it is at the newest sample', () => {
  const { clock, jump } = createSource();
  const sample = () =>
    clock.sample({ sentAt: clock.monotonic(), receivedAt: clock.monotonic(), platformAt: start });
  sample();
  jump(5000);
  sample();
  expect([clock.now(), clock.state()]).toEqual([start, { state: 'skewed', offsetMs: -5000 }]);
});

it.each([
  { what: 'too slow', roundTripMs: maxRoundTripMs + 1, platformAt: start },
  { what: 'back in time', roundTripMs: -1, platformAt: start },
  { what: 'of no time', roundTripMs: 10, platformAt: Number.NaN },
])('does not use a sample that is $what', ({ roundTripMs, platformAt }) => {
  const { clock } = createSource();
  expect(clock.sample({ sentAt: 5000, receivedAt: 5000 + roundTripMs, platformAt })).toBe(false);
  expect(clock.state()).toEqual({ state: 'unknown' });
});
