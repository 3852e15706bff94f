import { expect, test } from 'vitest';
import { createRecordingContext } from './adapter-testing.ts';
import { adapters, createAdapters } from './all.ts';

const env = {
  EDGE_WATCH3G_PORT: '0',
  EDGE_GB26875_PORT: '0',
  EDGE_HIKVISION_PORT: '0',
  EDGE_HIKVISION_TOKEN: 'a-token-of-tests-only',
  EDGE_ZIGBEE2MQTT_PORT: '0',
  EDGE_ZIGBEE2MQTT_PASSWORD: 'a-password-of-tests-only',
  EDGE_HTTP_PORT: '0',
  EDGE_HTTP_SECRET: 'a-secret-of-tests-only-of-32-characters',
};
const contextOf = () => createRecordingContext(0);

test('every adapter listens under its own name and closes', async () => {
  const created: string[] = [];
  for await (const { protocol, portName, adapter } of createAdapters(contextOf, env)) {
    expect(adapter.port).toBeGreaterThan(0);
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

test('an adapter that is switched off, or has no token, does not listen', async () => {
  const off = { EDGE_WATCH3G_ENABLED: 'false', EDGE_GB26875_ENABLED: 'false' };
  for (const { create } of adapters) expect(await create(contextOf(), off)).toBeUndefined();
});

test('a wrong setting stops the start naming setting, value and bound', async () => {
  const wrong = {
    ...env,
    EDGE_WATCH3G_ENABLED: 'false',
    EDGE_GB26875_ENABLED: 'false',
    EDGE_HIKVISION_TOKEN: 'short',
  };
  await expect(createAdapters(contextOf, wrong).next()).rejects.toThrow(
    /EDGE_HIKVISION_TOKEN=\(hidden\) must be/,
  );
});
