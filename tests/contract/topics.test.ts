import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isReservedId, reservedIds } from '#contracts/facts/identifiers.ts';
import { metricProcesses } from '#contracts/metrics.ts';
import { buildTopic, gatewayTopicNames, parseTopic, type Topic } from '#contracts/topics.ts';

const slug = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,47}$/);
const community = slug.filter((id) => !isReservedId('community', id));
const hexadecimal = (length: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => text.length === length);

const topic: fc.Arbitrary<Topic> = fc.oneof(
  fc.record(
    {
      name: fc.constantFrom(...gatewayTopicNames),
      community,
      gateway: slug.filter((id) => !isReservedId('gateway', id)),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      name: fc.constant('warning' as const),
      community,
      warning: hexadecimal(24).map((digits) => `w-${digits}`),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      name: fc.constant('metrics' as const),
      process: fc.constantFrom(...metricProcesses),
      instance: fc.integer({ min: 1, max: 65_535 }).map(String),
    },
    { noNullPrototype: true, requiredKeys: ['name', 'process'] },
  ),
);

test('every built topic parses back to what it was built from', () => {
  fc.assert(
    fc.property(topic, (built) => {
      expect(parseTopic(buildTopic(built))).toEqual(built);
    }),
  );
});

test('a reserved id names no gateway topic', () => {
  for (const gateway of reservedIds.gateway) {
    expect(() => buildTopic({ name: 'alarm', community: 'c1', gateway })).toThrow('not a topic');
  }
  for (const community of reservedIds.community) {
    expect(() => buildTopic({ name: 'alarm', community, gateway: 'gw1' })).toThrow('not a topic');
  }
});

test.each([
  'sw/1/c1/gw1',
  'sw/1/metrics/edge',
  'sw/1/metrics/ingest/x',
  'sw/1/metrics/+',
  'sw/1/metrics/gw1/alarm',
  'sw/1/c1/gw1/alarm/x',
  'sw/2/c1/gw1/alarm',
  'sw/1/C1/gw1/alarm',
  'sw/1/c1/+/alarm',
  'sw/1/c1/#',
  'sw/1//gw1/alarm',
  'sw/1/c1/gw1/unknown',
  'sw/1/c1/warning/alarm',
  '$SYS/x',
  '',
])('%j is no topic of the platform', (text) => {
  expect(parseTopic(text)).toBeUndefined();
});

test('any text at all parses to nothing or to a topic that builds the same text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseTopic(text);
      if (parsed) expect(buildTopic(parsed)).toBe(text);
    }),
  );
});
