import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import { signatureOf } from '#edge/adapters/http/http.ts';
import type { FieldStep } from './field-case.ts';
import { type FieldGateway, fieldAccess } from './field-gateway.ts';

type StepOf<Key extends string> = Extract<FieldStep, Record<Key, unknown>>;

/** The devices of a case: each speaks over a real connection and waits for its protocol's answer. */
export interface FieldDevices {
  zigbee(step: StepOf<'zigbee'>): Promise<void>;
  bridgeAnswers(status: 'ok' | 'error'): void;
  watch(step: StepOf<'watch'>): Promise<void>;
  panel(step: StepOf<'panel'>): Promise<void>;
  terminal(step: StepOf<'terminal'>): Promise<void>;
  webhook(step: StepOf<'webhook'>): Promise<void>;
  close(): Promise<void>;
}

const base = 'zigbee2mqtt';

/** Devices of a gateway. @param now Epoch ms. */
export function createFieldDevices(gateway: FieldGateway, now: () => number): FieldDevices {
  let bridge: MqttClient | undefined;
  let answer: 'ok' | 'error' | undefined;
  const sockets = new Map<string, Socket>();

  const bridgeOf = async (): Promise<MqttClient> => {
    if (bridge) return bridge;
    const client = await connectAsync(`mqtt://127.0.0.1:${gateway.portOf('zigbee2mqtt')}`, {
      username: 'zigbee2mqtt',
      password: fieldAccess.zigbeePassword,
      reconnectPeriod: 0,
    });
    client.on('message', (topic, payload) => {
      const asked = new RegExp(`^${base}/bridge/request/(.+)$`).exec(topic)?.[1];
      if (!asked || !answer) return;
      const { transaction, ...data } = JSON.parse(payload.toString('utf8')) as Record<string, unknown>;
      const response = { data, status: answer, ...(transaction !== undefined && { transaction }) };
      client.publish(`${base}/bridge/response/${asked}`, JSON.stringify(response), { qos: 1 });
    });
    await client.subscribeAsync(`${base}/#`, { qos: 1 });
    bridge = client;
    return client;
  };
  const socketOf = async (key: string, port: number): Promise<Socket> => {
    const open = sockets.get(key);
    if (open && !open.destroyed) return open;
    const socket = connectTcp(port, '127.0.0.1');
    await once(socket, 'connect');
    sockets.set(key, socket);
    return socket;
  };

  return {
    zigbee: async ({ zigbee, payload, text, retain }) => {
      const client = await bridgeOf();
      await client.publishAsync(`${base}/${zigbee}`, text ?? JSON.stringify(payload), {
        qos: 1,
        retain: retain === true,
      });
    },
    bridgeAnswers: (status) => {
      answer = status;
    },
    watch: async ({ watch, id = '6907919734' }) => {
      const socket = await socketOf(id, gateway.portOf('watch-3g'));
      // Some frames have no answer: the keep-alive behind one does.
      const answered = untilAnswered(socket, (said) => said.endsWith('*LK]'));
      for (const content of [withTimes(watch, now()), 'LK']) {
        const bytes = Buffer.from(content, 'latin1');
        socket.write(`[3G*${id}*${bytes.length.toString(16).padStart(4, '0')}*`);
        socket.write(bytes);
        socket.write(']');
      }
      await answered;
    },
    panel: async ({ panel }) => {
      const socket = await socketOf('panel', gateway.portOf('gb26875'));
      const answered = untilAnswered(socket, (said) => said.endsWith('##'));
      socket.write(Buffer.from(panel.replaceAll(/\s/g, ''), 'hex'));
      await answered;
    },
    terminal: async ({ terminal, contentType = 'application/json' }) => {
      const url = `http://127.0.0.1:${gateway.portOf('hikvision-isapi')}/isapi/${fieldAccess.terminalToken}`;
      const body = typeof terminal === 'string' ? terminal : JSON.stringify(terminal);
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body,
      });
      if (!response.ok) throw new Error(`the terminal was answered ${response.status}`);
    },
    webhook: async ({ webhook }) => {
      const body = Buffer.from(JSON.stringify(webhook));
      const timestamp = String(Math.floor(now() / 1000));
      const response = await fetch(`http://127.0.0.1:${gateway.portOf('http')}/v1/events`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-shouwang-timestamp': timestamp,
          'x-shouwang-signature': `sha256=${signatureOf(fieldAccess.webhookSecret, timestamp, body)}`,
        },
        body,
      });
      if (response.status !== 202) throw new Error(`the webhook answered ${response.status}`);
    },
    close: async () => {
      await bridge?.endAsync(true);
      for (const socket of sockets.values()) socket.destroy();
    },
  };
}

/** Resolves once what came back since ends as it should; fails where the connection ends before. */
function untilAnswered(socket: Socket, isWhole: (said: string) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const leave = () => {
      socket.off('data', read);
      socket.off('close', fail);
    };
    const fail = () => {
      leave();
      reject(new Error(`the connection ended; answered so far: ${said}`));
    };
    const read = (chunk: Buffer) => {
      said += chunk.toString('latin1');
      if (!isWhole(said)) return;
      leave();
      resolve();
    };
    socket.on('data', read);
    socket.on('close', fail);
  });
}

/** Writes a watch's clock, `ddmmyy,hhmmss` in UTC, for `{now}` and `{now-20}`. */
function withTimes(content: string, now: number): string {
  return content.replaceAll(/\{now([+-]\d+)?\}/g, (_all, seconds: string | undefined) => {
    const at = new Date(now + Number(seconds ?? 0) * 1000);
    const [, year, month, day, time] = /^20(..)-(..)-(..)T(.{8})/.exec(at.toISOString()) ?? [];
    return `${day}${month}${year},${time?.replaceAll(':', '')}`;
  });
}
