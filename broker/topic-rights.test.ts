import { describe, expect, test } from 'vitest';
import type { Identity } from '#registry/credentials.ts';
import { mayReceive, mayRetain, maySubscribe, publishableTopic, rightsOf } from './topic-rights.ts';

const identities = {
  gateway: { kind: 'gateway', community: 'c1', gateway: 'gw1' },
  ingest: { kind: 'service', service: 'ingest' },
  warning: { kind: 'service', service: 'warning' },
  dispatch: { kind: 'service', service: 'dispatch' },
  dashboard: { kind: 'service', service: 'dashboard' },
} as const satisfies Record<string, Identity>;
type Name = keyof typeof identities;

const topics = {
  state: 'sw/1/c1/gw1/state',
  alarm: 'sw/1/c1/gw1/alarm',
  telemetry: 'sw/1/c1/gw1/telemetry',
  ack: 'sw/1/c1/gw1/ack',
  command: 'sw/1/c1/gw1/command',
  warning: 'sw/1/c1/warning/w-0123456789abcdef01234567',
  metricsOfBroker: 'sw/1/metrics/broker',
  metricsOfDispatch: 'sw/1/metrics/dispatch',
  metricsOfDashboard: 'sw/1/metrics/dashboard',
  metricsOfOneDashboard: 'sw/1/metrics/dashboard/8081',
} as const;
type TopicName = keyof typeof topics;

const metrics: TopicName[] = [
  'metricsOfBroker',
  'metricsOfDispatch',
  'metricsOfDashboard',
  'metricsOfOneDashboard',
];
/** Everything an identity may do; what is not named here is forbidden. */
const granted: Record<Name, { publish: TopicName[]; subscribe: TopicName[] }> = {
  gateway: { publish: ['state', 'alarm', 'telemetry'], subscribe: ['state', 'ack', 'command', 'warning'] },
  ingest: { publish: ['ack'], subscribe: ['state', 'alarm', 'telemetry', ...metrics] },
  warning: { publish: ['warning'], subscribe: ['warning'] },
  dispatch: { publish: ['command', 'metricsOfDispatch'], subscribe: ['state'] },
  dashboard: { publish: ['command', 'metricsOfDashboard', 'metricsOfOneDashboard'], subscribe: [] },
};

const nameOf = (topic: TopicName) => (topic.startsWith('metrics') ? 'metrics' : topic);

const everyAct = (Object.keys(identities) as Name[]).flatMap((who) =>
  (Object.keys(topics) as TopicName[]).flatMap((topic) =>
    (['publish', 'subscribe'] as const).map((act) => ({
      who,
      act,
      topic,
      allowed: granted[who][act].includes(topic),
    })),
  ),
);

test.each(everyAct)('$who, $act $topic: $allowed', ({ who, act, topic, allowed }) => {
  const rights = rightsOf(identities[who]);
  if (act === 'publish') {
    expect(publishableTopic(rights, topics[topic])?.name).toBe(allowed ? nameOf(topic) : undefined);
  } else {
    expect(maySubscribe(rights, topics[topic])).toBe(allowed);
    expect(mayReceive(rights, topics[topic].split('/'))).toBe(allowed);
  }
});

describe('a gateway', () => {
  const rights = rightsOf(identities.gateway);

  test.each([
    ...Object.values(topics)
      .map((topic) => topic.replace('/gw1/', '/gw2/'))
      .filter((t) => t.includes('gw2')),
    ...Object.values(topics).map((topic) => topic.replace('/c1/', '/c2/')),
    'sw/1/c1/gw1/state/more',
    'sw/1/c1/gw1',
    'sw/2/c1/gw1/alarm',
    '/sw/1/c1/gw1/alarm',
    'sw/1/c1/gw1/ALARM',
    '$SYS/x/heartbeat',
    '',
  ])('has no right to %s', (topic) => {
    expect(publishableTopic(rights, topic)).toBeUndefined();
    expect(maySubscribe(rights, topic)).toBe(false);
    expect(mayReceive(rights, topic.split('/'))).toBe(false);
  });

  test.each([
    ['sw/1/c1/warning/+', true],
    ['sw/1/c1/warning/w-0123456789abcdef01234567', true],
    ['sw/1/c1/warning/#', false],
    ['sw/1/c1/warning', false],
    ['sw/1/c1/warning/', false],
    ['sw/1/c1/warning/w-+', false],
    ['sw/1/+/warning/+', false],
    ['sw/1/c2/warning/+', false],
    ['sw/1/c1/gw1/+', false],
    ['sw/1/c1/+/ack', false],
    ['sw/1/c1/+/+', false],
    ['+/1/c1/gw1/ack', false],
    ['+/+/+/+/+', false],
    ['sw/#', false],
    ['#', false],
    ['+', false],
    ['$SYS/#', false],
    ['$share/group/sw/1/c1/gw1/ack', false],
  ])('subscribing %s: %s', (filter, allowed) => {
    expect(maySubscribe(rights, filter)).toBe(allowed);
  });
});

test.each([
  ['ingest', 'sw/1/+/+/alarm', true],
  ['ingest', 'sw/1/c1/+/alarm', true],
  ['ingest', 'sw/1/metrics/+', true],
  ['dispatch', 'sw/1/metrics/+', false],
  ['ingest', 'sw/1/+/+/+', false],
  ['ingest', 'sw/1/#', false],
  ['ingest', 'sw/1/+/+/command', false],
  ['warning', 'sw/1/+/warning/+', true],
  ['warning', 'sw/1/+/+/+', false],
  ['dispatch', 'sw/1/+/+/state', true],
  ['dispatch', 'sw/1/+/+/ack', false],
  ['dispatch', 'sw/1/+/warning/+', false],
  ['dashboard', 'sw/1/+/+/state', false],
  ['dashboard', 'sw/1/+/+/telemetry', false],
  ['dashboard', '#', false],
] as const)('%s subscribing %s: %s', (who, filter, allowed) => {
  expect(maySubscribe(rightsOf(identities[who]), filter)).toBe(allowed);
});

test('a service writes to any community, but only what is a topic', () => {
  const rights = rightsOf(identities.ingest);
  expect(publishableTopic(rights, 'sw/1/c9/gw7/ack')).toEqual({
    name: 'ack',
    community: 'c9',
    gateway: 'gw7',
  });
  expect(publishableTopic(rights, 'sw/1/c9/warning/ack')).toBeUndefined();
  expect(publishableTopic(rights, 'sw/1/C9/gw7/ack')).toBeUndefined();
  expect(publishableTopic(rights, 'sw/1/+/gw7/ack')).toBeUndefined();
});

test.each(Object.entries(topics))(
  '%s may be retained only where it is a state or a warning',
  (name, topic) => {
    const parsed = Object.keys(identities)
      .map((who) => publishableTopic(rightsOf(identities[who as Name]), topic))
      .find((found) => found !== undefined);
    // The broker alone publishes its own metrics.
    if (name === 'metricsOfBroker') expect(parsed).toBeUndefined();
    else expect(parsed && mayRetain(parsed)).toBe(name === 'state' || name === 'warning');
  },
);
