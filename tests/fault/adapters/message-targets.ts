import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { eventKinds } from '#contracts/facts/event-kinds.ts';
import { toTimestamp } from '#contracts/time.ts';
import { createEventIntake } from '#edge/adapters/hikvision-isapi/event-intake.ts';
import { createRequestBodies } from '#edge/adapters/hikvision-isapi/request-bodies.ts';
import { createHttpAdapter, signatureOf } from '#edge/adapters/http/http.ts';
import { readWebhookEvent } from '#edge/adapters/http/webhook-event.ts';
import { openKnownDevices } from '#edge/adapters/zigbee2mqtt/known-devices.ts';
import { createMessageIntake, type Message } from '#edge/adapters/zigbee2mqtt/message-intake.ts';
import { bodiesOf } from '#edge/testing/post-to-hikvision.ts';
import { readCases } from '#edge/testing/recording-context.ts';
import type { FuzzContext } from './fuzz-context.ts';
import type { FuzzedAdapter } from './fuzz-target.ts';

const adapters = join(import.meta.dirname, '../../../edge/adapters');
const maxBodyBytes = 10_485_760;

async function* chunksOf(body: Buffer): AsyncIterable<Uint8Array> {
  const middle = body.length >> 1;
  yield body.subarray(0, middle);
  yield body.subarray(middle);
}

function bodiesFor(context: FuzzContext) {
  return createRequestBodies(context, createEventIntake(context), maxBodyBytes);
}

/** Access terminals, by the bodies of their requests. */
export const terminal: FuzzedAdapter = {
  name: 'hikvision-isapi',
  corpus: readCases(join(adapters, 'hikvision-isapi/testcases')).flatMap(({ input }) => bodiesOf(input)),
  open: (context) => {
    const bodies = bodiesFor(context);
    let serialNo = 1_000_000;
    return {
      context,
      send: async (message) => {
        // Nothing is full here, so the terminal would send this for ever.
        if (!(await bodies.accept(chunksOf(message), '192.168.1.64'))) throw new Error('refused as full');
      },
      probe: async () => {
        serialNo += 1;
        context.heard.clear();
        const forced = { majorEventType: 5, subEventType: 27, doorNo: 1, serialNo };
        const body = {
          macAddress: 'c0:51:7e:00:00:01',
          dateTime: toTimestamp(context.clock),
          eventType: 'AccessControllerEvent',
          AccessControllerEvent: forced,
        };
        await bodies.accept(chunksOf(Buffer.from(JSON.stringify(body))), '192.168.1.65');
        return context.heard.get('hikvision-isapi:c0517e000001/1') === 'door-forced';
      },
      close: async () => undefined,
    };
  },
  swallow: (context) => {
    const bodies = bodiesFor(context);
    return async (garbage) => void (await bodies.accept(chunksOf(garbage), '192.168.1.64'));
  },
};

const base = 'zigbee2mqtt';
const listFile = join(adapters, 'zigbee2mqtt/bridge-devices.example.json');

/** A line `name {…}` as the cases hold it: the topic below the base, and the payload. */
function messageOf(line: Buffer): Message {
  const border = Math.max(0, line.indexOf(' '));
  return { topic: `${base}/${line.subarray(0, border)}`, payload: line.subarray(border + 1), retain: false };
}

function zigbeeLines(): Buffer[] {
  const folder = join(adapters, 'zigbee2mqtt/testcases');
  const lines = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name, 'input.jsonl'), 'utf8')
      .split('\n')
      // A name may hold a space; a topic is what stands before the first one here.
      .map((line) => line.replace(/^([^{]*) (?=\{)/, (_, topic: string) => `${topic.replaceAll(' ', '_')} `)),
  );
  const bridge = [
    `bridge/devices ${JSON.stringify(JSON.parse(readFileSync(listFile, 'utf8')))}`,
    'bridge/groups [{"id":1,"friendly_name":"all","members":[]}]',
    'bridge/state {"state":"online"}',
    'bridge/info {"config":{"devices":{"0x00124b0000000003":{"filtered_cache":["^sos$"]}}}}',
    'bridge/response/device/options {"status":"ok","data":{"id":"0x00124b0000000003","to":{}}}',
    'door/availability {"state":"offline"}',
  ];
  return [...lines.filter((line) => line !== '' && !line.startsWith('#')), ...bridge].map((line) =>
    Buffer.from(line),
  );
}

function zigbeeIntake(context: FuzzContext) {
  const intake = createMessageIntake(context, base, { devices: openKnownDevices(context) });
  intake.accept({ topic: `${base}/bridge/devices`, payload: readFileSync(listFile), retain: true });
  return intake;
}

/** Zigbee2MQTT, by its messages. */
export const zigbee: FuzzedAdapter = {
  name: 'zigbee2mqtt',
  corpus: zigbeeLines(),
  open: (context) => {
    const intake = zigbeeIntake(context);
    let probes = 0;
    return {
      context,
      send: (message) => intake.accept(messageOf(message)),
      probe: () => {
        probes += 1;
        context.heard.clear();
        intake.accept({
          topic: `${base}/probe-${probes}`,
          payload: Buffer.from('{"smoke":true}'),
          retain: false,
        });
        return [...context.heard.values()].includes('smoke');
      },
      close: async () => intake.close(),
    };
  },
  swallow: (context) => {
    const intake = zigbeeIntake(context);
    return (garbage) => intake.accept({ topic: `${base}/door`, payload: garbage, retain: false });
  },
};

const secret = 'a-secret-of-tests-only-of-32-characters';

function webhookEvents(): Buffer[] {
  const kinds = Object.keys(eventKinds);
  return kinds.map((kind, index) =>
    Buffer.from(
      JSON.stringify({
        device: `device-${index}`,
        kind,
        action: index % 3 === 0 ? 'resolve' : 'trigger',
        ...(index % 2 === 0 && { dedupKey: `key-${index}` }),
        ...(index % 4 === 0 && { observedAt: '2026-11-24T01:15:00.000Z', text: '水泵房漏水' }),
      }),
    ),
  );
}

/** Other systems, by signed requests over HTTP. */
export const webhook: FuzzedAdapter = {
  name: 'http',
  corpus: webhookEvents(),
  open: async (context) => {
    const settings = { host: '127.0.0.1', port: 0, secret, maxConnections: 100, maxEventsPerMinute: 1e9 };
    const adapter = await createHttpAdapter(Object.assign(context, { settings }));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = (body: Buffer) =>
      new Promise<{ status: number; said: string }>((resolve, reject) => {
        const timestamp = String(Math.floor(context.clock / 1000));
        const headers = {
          'content-length': body.length,
          'x-shouwang-timestamp': timestamp,
          'x-shouwang-signature': `sha256=${signatureOf(secret, timestamp, body)}`,
        };
        const to = {
          host: '127.0.0.1',
          port: adapter.port,
          path: '/v1/events',
          method: 'POST',
          agent,
          headers,
        };
        const asked = request(to, (answer) => {
          text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, said }), reject);
        });
        asked.on('error', reject);
        asked.end(body);
      });
    let probes = 0;
    return {
      context,
      send: async (message) => {
        const { status, said } = await post(message);
        if (![202, 400, 413].includes(status)) throw new Error(`answered ${status} ${said}`);
      },
      probe: async () => {
        probes += 1;
        context.heard.clear();
        const event = { device: `probe-${probes}`, kind: 'smoke', action: 'trigger' };
        const { status } = await post(Buffer.from(JSON.stringify(event)));
        return status === 202 && context.heard.get(`http:probe-${probes}`) === 'smoke';
      },
      close: async () => {
        agent.destroy();
        await adapter.close();
      },
    };
  },
  swallow: () => (garbage) => void readWebhookEvent(garbage),
};
