import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { Server } from 'socket.io';
import { runProcess } from '#runtime/process.ts';

/**
 * The baseline: a broker in memory, or a subscriber that hands every message to a socket; no disk, no
 * check, no rule. Which of the two says `RELAY_ROLE`; the relay finds the broker by `RELAY_BROKER_URL`.
 */
await runProcess('bare-relay', 'silent', async ({ opened }) => {
  if (process.env.RELAY_ROLE === 'broker') {
    const broker = await Aedes.createBroker();
    const server = createServer({ noDelay: true }, broker.handle);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened('broker', () => new Promise((resolve) => broker.close(() => server.close(() => resolve()))));
    return { port: (server.address() as AddressInfo).port };
  }
  const http = createHttpServer();
  const sockets = new Server(http, { serveClient: false });
  const client = await mqtt.connectAsync(process.env.RELAY_BROKER_URL ?? '');
  client.on('message', (topic, payload) => {
    if (topic === 'alarm') sockets.emit('alarm', String(payload));
  });
  await client.subscribeAsync('#', { qos: 1 });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  opened('relay', async () => {
    await sockets.close();
    await client.endAsync(true);
  });
  return { port: (http.address() as AddressInfo).port };
});
