import { expect, test } from 'vitest';
import { edgeEnvironment } from './edge-environment.ts';

const given = {
  PATH: '/bin',
  EDGE_HEARTBEAT_INTERVAL_MS: '1000',
  EDGE_HEALTH_PORT: '1',
  EDGE_FLOW_PORT: '2',
  EDGE_WATCH3G_PORT: '3',
  EDGE_GB26875_PORT: '4',
  EDGE_HTTP_SECRET: 'of the webhook on site',
  EDGE_NODE_RED_ENABLED: 'true',
  EDGE_HOSTED_HEALTH_PORT: '5',
  EDGE_HOSTED_HEARTBEAT_INTERVAL_MS: '2000',
};

test('a port set once is opened by one agent', () => {
  expect(edgeEnvironment('edge', given)).toEqual({
    PATH: '/bin',
    EDGE_HEARTBEAT_INTERVAL_MS: '1000',
    EDGE_HEALTH_PORT: '1',
    EDGE_FLOW_PORT: '2',
    EDGE_GB26875_PORT: '4',
    EDGE_HTTP_SECRET: 'of the webhook on site',
    EDGE_NODE_RED_ENABLED: 'true',
  });
  expect(edgeEnvironment('edge-hosted', given)).toMatchObject({ PATH: '/bin', EDGE_WATCH3G_PORT: '3' });
  expect(edgeEnvironment('edge-hosted', given)).not.toHaveProperty('EDGE_GB26875_PORT');
  expect(edgeEnvironment('edge-hosted', given)).not.toHaveProperty('EDGE_HTTP_SECRET');
});

test('what is set for the hosted agent is its own and wins there', () => {
  expect(edgeEnvironment('edge-hosted', given)).toMatchObject({
    EDGE_HEALTH_PORT: '5',
    EDGE_HEARTBEAT_INTERVAL_MS: '2000',
  });
  const { EDGE_HOSTED_HEALTH_PORT: _own, ...without } = given;
  expect(edgeEnvironment('edge-hosted', without)).not.toHaveProperty('EDGE_HEALTH_PORT');
});

test('a name without meaning reaches the agent it is written for, to be refused there', () => {
  expect(edgeEnvironment('edge-hosted', { EDGE_WATCH3G_PROT: '1' })).toHaveProperty('EDGE_WATCH3G_PROT');
  expect(edgeEnvironment('edge-hosted', { EDGE_HOSTED_X: '1' })).toEqual({ EDGE_X: '1' });
});

test('an agent that is alone on the machine has the settings of every protocol', () => {
  const { EDGE_HOSTED_HEALTH_PORT: _port, EDGE_HOSTED_HEARTBEAT_INTERVAL_MS: _interval, ...rest } = given;
  expect(edgeEnvironment('edge', given, { isAlone: true })).toEqual(rest);
});
