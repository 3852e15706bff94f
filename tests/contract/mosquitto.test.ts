import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '#runtime/free-port.ts';
import { listen } from '#runtime/listen.ts';
import { startMosquitto } from '#tests/mosquitto.ts';

test.each(['port', 'wsPort'] as const)(
  'starts on other ports where its %s was taken between finding it and using it',
  async (which) => {
    const other = createServer();
    const taken = await listen(other, { host: '127.0.0.1', port: 0, setting: 'any' });
    onTestFinished(() => void other.close());
    const free = await findFreePort();
    const found = which === 'port' ? [taken, free] : [free, taken];
    const broker = await startMosquitto(undefined, async () => found.shift() ?? (await findFreePort()));
    onTestFinished(() => broker.stop());
    expect(broker[which]).not.toBe(taken);
  },
);
