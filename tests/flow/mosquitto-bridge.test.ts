import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTestBroker, type TestBroker } from '#broker/testing/test-broker.ts';
import { type Mosquitto, startMosquitto } from '../mosquitto.ts';

const warning = (n: number) => `sw/1/c1/warning/w-${String(n).padStart(24, '0')}`;

let home: TestBroker;
let mosquitto: Mosquitto;
beforeEach(async () => {
  home = await openTestBroker();
  mosquitto = await startMosquitto(undefined, undefined, [
    'connection shouwang',
    `address 127.0.0.1:${home.broker.tcpPort}`,
    'topic sw/1/+/warning/+ in 1',
    'remote_username service.warning',
    `remote_password ${home.secrets['service.warning']}`,
    'remote_clientid bridge',
    // Protocol level 0x84: it is told of what is retained and of its clearing.
    'try_private true',
    'notifications false',
    'cleansession true',
    'keepalive_interval 60',
  ]);
});
afterEach(async () => {
  await mosquitto.stop();
  await home.close();
});

/** What is retained at mosquitto, by topic. */
async function retainedThere(): Promise<Record<string, string>> {
  const retained: Record<string, string> = {};
  const client: MqttClient = await mqtt.connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`);
  client.on('message', (topic, payload) => {
    retained[topic] = payload.toString();
  });
  await client.subscribeAsync(['sw/1/+/warning/+', 'end'], { qos: 1 });
  // What is retained comes before what is published after it.
  await client.publishAsync('end', '', { qos: 1 });
  await vi.waitFor(() => expect(retained).toHaveProperty('end'));
  await client.endAsync();
  const { end: _end, ...warnings } = retained;
  return warnings;
}

test('a warning that is over is over at a mosquitto bridge as well, and one that came before it was there stays', async () => {
  const engine = await home.connect('service.warning');
  await engine.publishAsync(warning(1), 'raised before', { qos: 1, retain: true });
  await vi.waitFor(
    async () => expect(await retainedThere()).toEqual({ [warning(1)]: 'raised before' }),
    20_000,
  );
  await engine.publishAsync(warning(2), 'raised live', { qos: 1, retain: true });
  await vi.waitFor(async () =>
    expect(Object.keys(await retainedThere()).toSorted()).toEqual([warning(1), warning(2)]),
  );
  await engine.publishAsync(warning(1), '', { qos: 1, retain: true });
  await vi.waitFor(async () => expect(await retainedThere()).toEqual({ [warning(2)]: 'raised live' }));
});
