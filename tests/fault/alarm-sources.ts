import { signatureOf } from '#edge/adapters/http/signature.ts';
import { gateMac, panelSource, watchId, zigbeeDevices } from '#simulators/community.ts';
import { createGateTerminal } from '#simulators/devices/gate.ts';
import { connectPanel } from '#simulators/devices/panel.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { connectZigbeeBridge } from '#simulators/devices/zigbee-bridge.ts';
import type { PlatformUnderTest } from '#tests/platform-under-test.ts';
import { pause } from './timeline-alarms.ts';

/** Devices of one protocol that raise alarms, each sent again in its protocol's way until it is answered. */
export interface AlarmSource {
  name: string;
  /** Kinds that its alarms have on the timelines, all life safety, and no other source's. */
  kinds: readonly string[];
  /** Alarms it has under way at once, one a device. */
  devices: number;
  /** Raises an alarm that the device dates `at`, a whole second; settles when the gateway has answered it. */
  raise(number: number, at: number): Promise<void>;
  close(): Promise<void>;
}

/** Secret that the source of webhooks signs with: the agent's `EDGE_HTTP_SECRET`. */
export const webhookSecret = 'a-secret-of-tests-only-0123456789';
/** Devices of the source of webhooks; they are to be registered. */
export const webhookDevices = ['co-1', 'co-2'];

const host = '127.0.0.1';
const reconnectMs = 100;
const resendMs = 500;
/** SOS and fall: what an agent held while it did not know the time is late, and only life safety shows late. */
const watchBits = [0x0001_0000, 0x0020_0000];

/** Opens every protocol the gateways hear. */
export function openAlarmSources({ platform }: PlatformUnderTest): AlarmSource[] {
  const { devices, ready } = platform;
  return [
    watches(devices.watch3gPort),
    panels(devices.gb26875Port),
    gates(devices.gateUrl),
    zigbee(devices.zigbee),
    webhooks(`http://${host}:${ready.edge.httpPort}/v1/events`),
  ];
}

/** The same kind of one watch must be over a minute apart by its own clock, to be another alarm. */
function watches(port: number): AlarmSource {
  const all = Array.from({ length: 32 }, (_, index) =>
    connectWatch({ id: watchId(index), host, port, now: Date.now, reconnectMs, resendMs }),
  );
  return {
    name: 'watch-3g',
    kinds: ['sos', 'fall'],
    devices: all.length,
    raise: async (number, at) => {
      const bits = watchBits[Math.floor(number / all.length) % watchBits.length] ?? 0;
      await all[number % all.length]?.raise(bits, at);
    },
    close: () => closeAll(all),
  };
}

function panels(port: number): AlarmSource {
  let clock = 0;
  const all = [0, 1].map((index) =>
    connectPanel({
      sourceAddress: panelSource(index),
      host,
      port,
      now: () => clock,
      reconnectMs,
      resendMs,
      deniedMs: 100,
    }),
  );
  return {
    name: 'gb26875',
    kinds: ['fire'],
    devices: all.length,
    raise: async (number, at) => {
      clock = at;
      const component = { systemType: 1, systemAddress: 1, partType: 42, zone: 1, point: number };
      await all[number % all.length]?.componentFire(component);
    },
    close: () => closeAll(all),
  };
}

function gates(url: string): AlarmSource {
  let clock = Date.now();
  const all = [0, 1, 2, 3].map((index) =>
    createGateTerminal({
      url,
      mac: gateMac(index),
      doorNo: 1,
      now: () => clock,
      retryMs: 100,
      timeoutMs: 2000,
    }),
  );
  return {
    name: 'hikvision-isapi',
    kinds: ['duress'],
    devices: all.length,
    raise: async (number, at) => {
      clock = at;
      await all[number % all.length]?.duress('1042');
    },
    close: () => closeAll(all),
  };
}

/** States with `last_seen`, each alarm ended before the next; QoS 1, said again where the connection was lost. */
function zigbee({ port, password }: { port: number; password: string }): AlarmSource {
  const keys = { 'gas-1': 'gas', 'smoke-1': 'smoke' };
  const names = Object.entries(keys);
  const bridge = connectZigbeeBridge({ host, port, password, devices: zigbeeDevices });
  const report = async (id: string, state: Record<string, unknown>): Promise<void> => {
    for (;;) {
      try {
        return await bridge.report(id, state);
      } catch {
        await pause(100);
      }
    }
  };
  return {
    name: 'zigbee2mqtt',
    kinds: ['gas', 'smoke'],
    devices: names.length,
    raise: async (number, at) => {
      const [id, key] = names[number % names.length] ?? ['', ''];
      const last_seen = new Date(at).toISOString();
      await report(id, { [key]: true, last_seen });
      await report(id, { [key]: false, last_seen });
    },
    close: bridge.close,
  };
}

/** Signed anew at every try, the same `dedupKey`. */
function webhooks(url: string): AlarmSource {
  const closed = new AbortController();
  const post = async (body: Buffer): Promise<boolean> => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-shouwang-timestamp': timestamp,
          'x-shouwang-signature': `sha256=${signatureOf(webhookSecret, timestamp, body)}`,
        },
        body,
        signal: AbortSignal.any([closed.signal, AbortSignal.timeout(2000)]),
      });
      await response.arrayBuffer();
      return response.status === 202;
    } catch {
      return false;
    }
  };
  return {
    name: 'http',
    kinds: ['carbon-monoxide'],
    devices: webhookDevices.length,
    raise: async (number, at) => {
      const event = {
        device: webhookDevices[number % webhookDevices.length],
        kind: 'carbon-monoxide',
        action: 'trigger',
        dedupKey: `occurrence-${number}`,
        observedAt: new Date(at).toISOString(),
      };
      const body = Buffer.from(JSON.stringify(event));
      while (!closed.signal.aborted && !(await post(body))) await pause(100);
    },
    close: async () => closed.abort(),
  };
}

async function closeAll(all: { close(): Promise<void> }[]): Promise<void> {
  for (const each of all) await each.close();
}
