import { expect, test } from 'vitest';
import { createRecordingContext } from './adapter-testing.ts';
import { adapters } from './all.ts';

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

test('every adapter opens under its own name and closes', async () => {
  for (const [name, { open }] of Object.entries(adapters)) {
    const adapter = await open(createRecordingContext(0), env);
    expect(adapter?.name).toBe(name);
    expect(adapter?.port).toBeGreaterThan(0);
    await adapter?.close();
  }
});

test('an adapter that is switched off, or has no token, does not listen', async () => {
  const off = { EDGE_WATCH3G_ENABLED: 'false', EDGE_GB26875_ENABLED: 'false' };
  for (const { open } of Object.values(adapters)) {
    expect(await open(createRecordingContext(0), off)).toBeUndefined();
  }
});

test('a wrong setting stops the start naming setting, value and bound', async () => {
  const wrong = { ...env, EDGE_HIKVISION_TOKEN: 'short' };
  await expect(adapters['hikvision-isapi'].open(createRecordingContext(0), wrong)).rejects.toThrow(
    /EDGE_HIKVISION_TOKEN=\(hidden\) must be/,
  );
});
