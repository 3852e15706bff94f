import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { silentLog } from './log.ts';
import { openMqttService } from './mqtt-service.ts';

const connack = Buffer.from([0x20, 2, 0, 0]);
/** PUBLISH of "birth" to topic `s`, QoS 0, retained. */
const retained = Buffer.from([0x31, 8, 0, 1, 0x73, ...Buffer.from('birth')]);

test('what was retained is answered also where it comes before the answer to the subscription', async () => {
  const packets: Buffer[] = [];
  const answered = Promise.withResolvers<void>();
  let socket: Socket | undefined;
  const broker = createServer((connection) => {
    socket = connection;
    connection.on('data', (data) => {
      packets.push(data);
      const type = (data[0] as number) >> 4;
      if (type === 1) connection.write(connack);
      else if (type === 8) connection.write(retained);
      else if (type === 3) answered.resolve();
    });
  }).listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const address = broker.address();
  const service = openMqttService({
    url: `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    username: 'u',
    password: 'p',
    name: 'test',
    subscriptions: ['s'],
    onMessage: (topic, payload, isRetained) => {
      expect([topic, payload.toString(), isRetained]).toEqual(['s', 'birth', true]);
      expect(service.publish('a', 'ack')).toBe(true);
    },
    log: silentLog(),
  });
  await answered.promise;
  expect(packets.at(-1)?.includes('ack')).toBe(true);
  expect(service.connected).toBe(false);
  await service.close();
  socket?.destroy();
  broker.close();
});
