import { join } from 'node:path';
import type { DeviceProtocol } from '#contracts/device-address.ts';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import { lanes } from '#contracts/facts/event-kinds.ts';
import type { Ack } from '#contracts/gateway-messages.ts';
import type { Adapter, AdapterContext } from '#edge/adapters/adapter.ts';
import { createAdapters } from '#edge/adapters/all.ts';
import { openKeptFiles } from '#edge/adapters/kept-files.ts';
import { createGatewayClock, type GatewayClock } from '#edge/clock.ts';
import { createCounters } from '#edge/counters.ts';
import { Outbox } from '#edge/outbox/outbox.ts';
import { silentLog } from '#runtime/log.ts';

/** Secrets and names of the adapters' listeners in field cases. */
export const fieldAccess = {
  zigbeePassword: 'a-password-of-tests-only',
  terminalToken: 'a-token-of-tests-only',
  webhookSecret: 'a-secret-of-tests-only-of-32-characters',
};

/** The adapters of a gateway, on free ports, over an outbox on disk; its uplink is called by hand. */
export interface FieldGateway {
  portOf(protocol: DeviceProtocol): number;
  /** What the outbox holds and has not sent since this start. */
  unsent(): { lane: Lane; records: object[] }[];
  acknowledge(ack: Ack['acks'][number]): void;
  close(): Promise<void>;
}

/**
 * Opens the gateway in a folder: closed and opened anew, it is an agent that was started again.
 *
 * @param now Epoch ms; the gateway's clock is synchronized with it.
 */
export async function openFieldGateway(folder: string, now: () => number): Promise<FieldGateway> {
  const clock = synchronizedClock(now);
  const counters = createCounters();
  const outbox = new Outbox({
    directory: folder,
    gateway: 'gw1',
    boot: 'boot-1',
    clock,
    counters,
    log: silentLog(),
    alarmQuotaBytes: 16_777_216,
    alarmReserveBytes: 65_536,
    telemetryQuotaBytes: 16_777_216,
    telemetryFlushMs: 60_000,
  });
  const env = {
    EDGE_WATCH3G_PORT: '0',
    EDGE_GB26875_PORT: '0',
    EDGE_HIKVISION_PORT: '0',
    EDGE_HIKVISION_TOKEN: fieldAccess.terminalToken,
    EDGE_HTTP_PORT: '0',
    EDGE_HTTP_SECRET: fieldAccess.webhookSecret,
    EDGE_ZIGBEE2MQTT_PORT: '0',
    EDGE_ZIGBEE2MQTT_PASSWORD: fieldAccess.zigbeePassword,
  };
  const running = new Map<string, Adapter>();
  const contextOf = (protocol: string): AdapterContext => ({
    accept: (observations) => outbox.accept(observations),
    now: clock.now,
    count: (what, by) => counters.add(`${protocol}.${what}`, by),
    kept: openKeptFiles(join(folder, protocol)),
    foreign: () => undefined,
    log: silentLog(),
  });
  for await (const { protocol, adapter } of createAdapters(contextOf, env)) running.set(protocol, adapter);
  const sent: Record<Lane, number> = { alarm: 0, telemetry: 0 };
  return {
    portOf: (protocol) => running.get(protocol)?.port ?? 0,
    unsent: () => {
      outbox.flush();
      return lanes.map((lane) => {
        const records = outbox.read(lane, sent[lane], 1_000_000, Number.POSITIVE_INFINITY);
        sent[lane] = records.at(-1)?.position ?? sent[lane];
        return { lane, records: records.map(({ json }) => JSON.parse(json) as object) };
      });
    },
    acknowledge: ({ lane, epoch, sequence }) => void outbox.acknowledge(lane, epoch, sequence, sent[lane]),
    close: async () => {
      for (const adapter of running.values()) await adapter.close();
      outbox.close();
    },
  };
}

function synchronizedClock(now: () => number): GatewayClock {
  const clock = createGatewayClock({ system: now, monotonic: now });
  clock.sample({ sentAt: now(), receivedAt: now(), platformAt: now() });
  return clock;
}
