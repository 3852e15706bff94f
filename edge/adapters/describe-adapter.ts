import { connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { laneOf } from '#contracts/record.ts';
import { createRecordingContext } from '../testing/recording-context.ts';
import type { AdapterDefinition } from './all.ts';

/** An adapter, and how a device of it raises an alarm. */
export interface AdapterCase {
  definition: AdapterDefinition;
  /** Settings with which it listens, on port 0. */
  enabled: Record<string, string>;
  /** Settings with which it does not listen. */
  disabled: Record<string, string>;
  /** Gateway time, epoch ms. */
  now: number;
  /** Sends one alarm; true once the device is told that it is accepted, false where it is denied or disconnected. */
  sendAlarm(port: number): Promise<boolean>;
}

/** What every adapter does, whatever its protocol; each one's own test calls it. */
export function describeAdapter({ definition, enabled, disabled, now, sendAlarm }: AdapterCase): void {
  const { settings } = definition;
  const portSetting = `${settings.part}_PORT`;
  const open = async (context = createRecordingContext(now), port = 0) => {
    const adapter = await definition.create(context, { ...enabled, [portSetting]: String(port) });
    if (!adapter) throw new Error(`${settings.protocol} does not listen`);
    onTestFinished(() => adapter.close());
    return { adapter, context };
  };
  const alarmsOf = ({ accepted }: ReturnType<typeof createRecordingContext>) =>
    accepted.filter(({ body }) => laneOf(body) === 'alarm');

  describe(`${settings.protocol}, as every adapter`, () => {
    test('does not listen where its settings say so', async () => {
      expect(await definition.create(createRecordingContext(now), disabled)).toBeUndefined();
    });

    test('names the setting of a port that is taken', async () => {
      const { adapter } = await open();
      await expect(open(createRecordingContext(now), adapter.port)).rejects.toThrow(portSetting);
    });

    test('answers a device once its alarm is on disk', async () => {
      const { adapter, context } = await open();
      expect(await sendAlarm(adapter.port)).toBe(true);
      expect(alarmsOf(context)).toHaveLength(1);
      expect(alarmsOf(context)[0]?.device.startsWith(`${settings.protocol}:`)).toBe(true);
    });

    test('does not answer a device whose alarm finds no room, and accepts its next try', async () => {
      const context = createRecordingContext(now);
      const { accept } = context;
      let refused = 0;
      context.accept = (observations) => {
        if (context.full) refused += 1;
        return accept(observations);
      };
      context.full = true;
      const { adapter } = await open(context);
      const isAnswered = sendAlarm(adapter.port);
      await vi.waitFor(() => expect(refused).toBeGreaterThan(0));
      await adapter.close();
      expect(await isAnswered).toBe(false);
      context.full = false;
      const { adapter: again } = await open(context);
      expect(await sendAlarm(again.port)).toBe(true);
      expect(alarmsOf(context)).toHaveLength(1);
    });

    test('goes on after bytes that are no message', async () => {
      const { adapter, context } = await open();
      const socket = connect(adapter.port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      const ended = new Promise((resolve) => socket.once('close', resolve).resume());
      socket.end(Buffer.alloc(32_768, 0xa5));
      await ended;
      expect(await sendAlarm(adapter.port)).toBe(true);
      expect(alarmsOf(context)).toHaveLength(1);
    });
  });
}

/** Sends a device's bytes over TCP. @param isAccepted Says of the first answer whether it accepts them. */
export function sendOverTcp(
  port: number,
  bytes: Uint8Array | string,
  isAccepted: (answer: Buffer) => boolean,
): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('data', (answer) => resolve(isAccepted(answer)));
    socket.once('close', () => resolve(false));
    socket.write(bytes);
  });
}
