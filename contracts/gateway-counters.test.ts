import { expect, test } from 'vitest';
import { gatewayCountsOf } from './gateway-counters.ts';

test('counts of a gateway one version behind are read by their former names', () => {
  const former = {
    'alarm-taken': 3,
    'telemetry-taken': 500,
    'alarm-set-aside': 1,
    'telemetry-set-aside': 0,
    'outbox-full': 2,
  };
  expect(gatewayCountsOf(former)).toEqual({
    'alarm-accepted': 3,
    'telemetry-accepted': 500,
    'alarm-dead-letters': 1,
    'telemetry-dead-letters': 0,
    'outbox-full': 2,
  });
});

test('the present name of a count wins, and names that are no counts are left out', () => {
  const counters = { 'alarm-accepted': 4, 'alarm-taken': 3, 'of-its-own': 1 };
  expect(gatewayCountsOf(counters)).toEqual({ 'alarm-accepted': 4 });
});
