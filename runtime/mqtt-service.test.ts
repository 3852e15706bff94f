import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { silentLog } from './log.ts';
import { openMqttService } from './mqtt-service.ts';

const connack = Buffer.from([0x20, 2, 0, 0]);
/** PUBLISH of "birth" to topic `s`, QoS 0, retained. */
const retained = Buffer.from([0x31, 8, 0, 1, 0x73, ...Buffer.from('birth')]);

const meeting = (broker: Server) => ({
  url: `mqtt://127.0.0.1:${(broker.address() as AddressInfo).port}`,
  username: 'u',
  password: 'p',
  name: 'test',
  subscriptions: ['s'],
});

/** PUBLISH of "x" to topic `s`, QoS 0. */
const telemetry = Buffer.from([0x30, 4, 0, 1, 0x73, 0x78]);

test('many messages of one read leave the event loop to others between them', async () => {
  const sockets: Socket[] = [];
  const broker = createServer((connection) => {
    sockets.push(connection);
    connection.on('data', (data) => {
      const type = (data[0] as number) >> 4;
      if (type === 1) connection.write(connack);
      if (type !== 8) return;
      const [identifier, low] = [data[2] as number, data[3] as number];
      connection.write(
        Buffer.concat([Buffer.from([0x90, 3, identifier, low, 0]), ...Array(500).fill(telemetry)]),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(broker, 'listening');
  let taken = 0;
  let turns = 0;
  const all = Promise.withResolvers<void>();
  const turn = () => {
    turns += 1;
    if (taken < 500) setImmediate(turn);
    else all.resolve();
  };
  const service = openMqttService({
    ...meeting(broker),
    onMessage: () => {
      taken += 1;
      if (taken === 1) setImmediate(turn);
    },
    log: silentLog(),
    turnMs: 0,
  });
  await all.promise;
  expect(turns).toBeGreaterThan(400);
  await service.close();
  for (const socket of sockets) socket.destroy();
  broker.close();
});

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
  const service = openMqttService({
    ...meeting(broker),
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
