import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { expect, test, vi } from 'vitest';
import { listen } from '#runtime/listen.ts';
import { zigbeeDevices } from './community.ts';
import { connectZigbeeBridge } from './devices/zigbee-bridge.ts';
import { connectSimulatedZigbee } from './simulated-zigbee.ts';

test('a device goes on reporting what another bridge of its gateway said of it', async () => {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'test' });
  const said: Record<string, unknown>[] = [];
  broker.on('publish', ({ topic, payload }) => {
    if (topic === 'zigbee2mqtt/gas-1') said.push(JSON.parse(payload.toString()));
  });
  const address = { host: '127.0.0.1', port, password: 'any', devices: zigbeeDevices };
  const living = connectSimulatedZigbee({ ...address, random: () => 0 });
  living.report();
  await vi.waitFor(() => expect(said.at(-1)).toMatchObject({ gas: false, battery: 70 }));

  const scenario = connectZigbeeBridge(address);
  await scenario.report('gas-1', { gas: true });
  await vi.waitFor(() => {
    living.report();
    expect(said.at(-1)).toMatchObject({ gas: true, battery: 70 });
  });
  await scenario.close();
  await living.close();
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  await new Promise((resolve) => server.close(resolve));
});
