import { join } from 'node:path';
import mqtt from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceProtocol } from '#contracts/device-address.ts';
import { forced } from '../testing/post-to-hikvision.ts';
import { createRecordingContext, readCases } from '../testing/recording-context.ts';
import { adapters, createAdapters } from './all.ts';
import { type AdapterCase, describeAdapter, sendOverTcp } from './describe-adapter.ts';
import { commands, readFrame } from './gb26875/panel-frame.ts';
import { signatureOf } from './http/http.ts';

const now = Date.parse('2026-11-24T01:15:00.000Z');
const secret = 'a-secret-of-tests-only-of-32-characters';

const sos = '[3G*6907919734*003e*AL_LTE,170525,214118,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0]';
const panels = readCases(join(import.meta.dirname, 'gb26875/testcases'));
const fire = panels.find(({ name }) => name === 'fire-smoke-detector')?.input ?? Buffer.alloc(0);

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<boolean> {
  const answer = await fetch(url, { method: 'POST', body, headers: { ...headers, connection: 'close' } });
  return answer.ok;
}

async function publish(port: number): Promise<boolean> {
  const options = { username: 'zigbee2mqtt', password: secret, reconnectPeriod: 0 };
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, options);
  onTestFinished(() => client.endAsync(true));
  return new Promise((resolve) => {
    client.on('close', () => resolve(false));
    client.publish('zigbee2mqtt/kitchen', '{"gas":true}', { qos: 1 }, (error) => resolve(!error));
  });
}

const cases: Record<DeviceProtocol, Omit<AdapterCase, 'definition' | 'now'>> = {
  'watch-3g': {
    enabled: {},
    disabled: { EDGE_WATCH3G_ENABLED: 'false' },
    sendAlarm: (port) => sendOverTcp(port, sos, (answer) => String(answer).includes('AL')),
  },
  gb26875: {
    enabled: {},
    disabled: { EDGE_GB26875_ENABLED: 'false' },
    sendAlarm: (port) => sendOverTcp(port, fire, (answer) => readFrame(answer).command === commands.confirm),
  },
  'hikvision-isapi': {
    enabled: { EDGE_HIKVISION_TOKEN: 'a-token-of-tests-only' },
    disabled: {},
    sendAlarm: (port) => post(`http://127.0.0.1:${port}/isapi/a-token-of-tests-only`, forced),
  },
  zigbee2mqtt: {
    enabled: { EDGE_ZIGBEE2MQTT_PASSWORD: secret },
    disabled: {},
    sendAlarm: publish,
  },
  http: {
    enabled: { EDGE_HTTP_SECRET: secret },
    disabled: {},
    sendAlarm: (port) => {
      const body = JSON.stringify({ device: 'pump-room', kind: 'water-leak', action: 'trigger' });
      const timestamp = String(now / 1000);
      const signature = signatureOf(secret, timestamp, Buffer.from(body));
      const headers = {
        'x-shouwang-timestamp': timestamp,
        'x-shouwang-signature': `sha256=${signature}`,
      };
      return post(`http://127.0.0.1:${port}/v1/events`, body, headers);
    },
  },
};

for (const definition of adapters) {
  const { protocol } = definition.settings;
  describeAdapter({ definition, now, ...cases[protocol as DeviceProtocol] });
}

test('every enabled adapter is created, and its port has a name', async () => {
  const enabled = Object.values(cases).flatMap((each) => Object.entries(each.enabled));
  const ports = adapters.map(({ settings }) => [`${settings.part}_PORT`, '0'] as const);
  const env = Object.fromEntries([...enabled, ...ports]);
  const created: string[] = [];
  for await (const { protocol, portName, adapter } of createAdapters(
    () => createRecordingContext(now),
    env,
  )) {
    created.push(`${protocol} ${portName}`);
    await adapter.close();
  }
  expect(created).toEqual([
    'watch-3g watch3gPort',
    'gb26875 gb26875Port',
    'hikvision-isapi hikvisionPort',
    'zigbee2mqtt zigbee2mqttPort',
    'http httpPort',
  ]);
});

test('a wrong setting stops the start naming setting, value and bound', async () => {
  const hikvision = adapters.find(({ settings }) => settings.protocol === 'hikvision-isapi');
  const created = hikvision?.create(createRecordingContext(now), { EDGE_HIKVISION_TOKEN: 'short' });
  await expect(created).rejects.toThrow(/EDGE_HIKVISION_TOKEN=\(hidden\) must be/);
});
