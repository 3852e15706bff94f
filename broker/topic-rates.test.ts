import { expect, test } from 'vitest';
import { TopicRates } from './topic-rates.ts';

const limits = {
  alarmMessagesPerS: 500,
  alarmBytesPerS: 262_144,
  telemetryBytesPerS: 4_194_304,
  stateMessagesPerS: 10,
  maxIdentities: 100,
};

test('64 KiB of junk on an alarm topic eighty times a second is let through four times a second', () => {
  const rates = new TopicRates(limits);
  let now = 0;
  let sent = 0;
  // The sender is not read while it owes.
  while (now < 60_000) {
    now += rates.consume('c1.gw1', 'alarm', 65_536, now);
    sent += 1;
    now += 1000 / 80;
  }
  expect(sent / 60).toBeGreaterThan(3);
  expect(sent / 60).toBeLessThan(5);
});

test('a storm of a thousand alarms at once owes nothing, nor does a window of the largest ones for long', () => {
  const rates = new TopicRates(limits);
  const debts = Array.from({ length: 1000 }, () => rates.consume('c1.gw1', 'alarm', 500, 0));
  expect(Math.max(...debts)).toBe(0);
  const large = Array.from({ length: 9 }, () => rates.consume('c1.gw2', 'alarm', 65_536, 0));
  expect(Math.max(...large)).toBeLessThan(1000);
});

test('telemetry of a gateway that catches up, ten thousand records a second, owes nothing', () => {
  const rates = new TopicRates(limits);
  for (let now = 0; now < 60_000; now += 20) {
    expect(rates.consume('c1.gw1', 'telemetry', 65_536, now)).toBe(0);
  }
});

test('a topic’s debt is no other’s, and another gateway owes nothing', () => {
  const rates = new TopicRates(limits);
  for (let message = 0; message < 30; message++) rates.consume('c1.gw1', 'state', 100, 0);
  expect(rates.consume('c1.gw1', 'state', 100, 0)).toBeGreaterThan(0);
  expect(rates.consume('c1.gw1', 'alarm', 100, 0)).toBe(0);
  expect(rates.consume('c1.gw2', 'state', 100, 0)).toBe(0);
});
