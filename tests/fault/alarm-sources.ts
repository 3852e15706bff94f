import { signatureOf } from '#edge/adapters/http/http.ts';
import { gateMac, panelSource, watchId, zigbeeDevices } from '#simulators/community.ts';
import { createGateTerminal } from '#simulators/devices/gate.ts';
import { connectPanel } from '#simulators/devices/panel.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { connectZigbeeBridge } from '#simulators/devices/zigbee-bridge.ts';
import type { PlatformUnderTest } from '#tests/platform-under-test.ts';
import { pause } from './account-for-alarms.ts';

/** Devices of one protocol that raise alarms, each sent again in its protocol's way until it is answered. */
export interface AlarmSource {
  /** Of its protocol, as in device addresses. */
  name: string;
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
/** SOS, fall, vital signs, watch taken off. */
const watchBits = [0x0001_0000, 0x0020_0000, 0x0040_0000, 0x0010_0000];
/** Status word of a component with a fault. */
const faultStatus = 0b101;

/** Opens every protocol the gateways hear; each raises kinds that are life safety and kinds that are not. */
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
    devices: all.length,
    raise: async (number, at) => {
      await all[number % all.length]?.raise(inTurn(watchBits, number, all.length), at);
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
    devices: all.length,
    raise: async (number, at) => {
      clock = at;
      const component = { systemType: 1, systemAddress: 1, partType: 42, zone: 1, point: number };
      const panel = all[number % all.length];
      await inTurn(
        [() => panel?.componentFire(component), () => panel?.componentStatus(component, faultStatus)],
        number,
        all.length,
      )();
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
    devices: all.length,
    raise: async (number, at) => {
      clock = at;
      const gate = all[number % all.length];
      await inTurn(
        [() => gate?.duress('1042'), () => gate?.forced(), () => gate?.heldOpen()],
        number,
        all.length,
      )();
    },
    close: () => closeAll(all),
  };
}

/**
 * Merged states with `last_seen`, each alarm ended before the next. As Zigbee2MQTT does, an end does not wait
 * for the PUBACK of its beginning: after a kill both may be sent again.
 */
function zigbee({ port, password }: { port: number; password: string }): AlarmSource {
  const keysOf = new Map([
    ['gas-1', ['gas']],
    ['smoke-1', ['smoke', 'tamper']],
    ['water-1', ['water_leak', 'tamper']],
  ]);
  const ids = [...keysOf.keys()];
  const devices = zigbeeDevices.map((device) => ({ ...device, keys: keysOf.get(device.id) ?? device.keys }));
  const bridge = connectZigbeeBridge({ host, port, password, devices });
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
    devices: ids.length,
    raise: async (number, at) => {
      const id = ids[number % ids.length] ?? '';
      const keys = keysOf.get(id) ?? [];
      const raised = inTurn(keys, number, ids.length);
      const stateOf = (isActive: boolean) => ({
        ...Object.fromEntries(keys.map((key) => [key, isActive && key === raised])),
        last_seen: new Date(at).toISOString(),
      });
      await Promise.all([report(id, stateOf(true)), report(id, stateOf(false))]);
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
    devices: webhookDevices.length,
    raise: async (number, at) => {
      const event = {
        device: webhookDevices[number % webhookDevices.length],
        kind: inTurn(['carbon-monoxide', 'power-fault'], number, webhookDevices.length),
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

/** What is raised as alarm `number`: one after the other at each of a source's devices. */
function inTurn<Kind>(kinds: readonly Kind[], number: number, devices: number): Kind {
  return kinds[Math.floor(number / devices) % kinds.length] as Kind;
}

async function closeAll(all: { close(): Promise<void> }[]): Promise<void> {
  for (const each of all) await each.close();
}
