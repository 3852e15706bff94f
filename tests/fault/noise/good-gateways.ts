import { join } from 'node:path';
import { createGatewayClock } from '#edge/clock.ts';
import { createCounters } from '#edge/counters.ts';
import { Outbox } from '#edge/outbox/outbox.ts';
import { Uplink } from '#edge/uplink/uplink.ts';
import { provisionCommunity } from '#provisioning/prepare.ts';
import { silentLog } from '#runtime/log.ts';
import { createDemoPlan, demoCommunity } from '#simulators/community.ts';
import type { PlatformUnderTest } from '#tests/platform-under-test.ts';
import { type CutLine, openCutLine } from './cut-line.ts';

/** Gateways that do what they should, each with a real outbox and uplink. */
export interface GoodGateways {
  /** Sends readings, an alarm a second of each, and cuts one gateway's line every `cutEveryMs`, until ended. */
  begin(onAlarm: (alarm: OfferedAlarm) => void): () => void;
  /** Connections of all lines so far. */
  connections(): number;
  close(): Promise<void>;
}

/** An alarm that a gateway took from a device. */
export interface OfferedAlarm {
  /** Its identity, as a timeline names it. */
  record: string;
  /** Told apart by its code. */
  code: string;
  /** `performance.now()` before the gateway took it. */
  offeredAt: number;
}

const count = 5;
const devicesPerGateway = 10;
const readingsPerSecond = 200;
const alarmEveryMs = 1000;
/** Long after an alarm was acknowledged, and long enough before the next for a gateway to come back. */
const cutAfterAlarmMs = 200;
const cutEveryAlarms = 10;

const idOf = (index: number) => `gw-good-${index + 1}`;
const addressOf = (index: number, device: number) => `watch-3g:7${index}${String(device).padStart(8, '0')}`;

/** Registers and connects them. */
export async function openGoodGateways({
  dataDir,
  ports,
  addGateway,
}: PlatformUnderTest): Promise<GoodGateways> {
  const plan = createDemoPlan();
  for (let index = 0; index < count; index++) {
    plan.gateways.push({ id: idOf(index), name: `网关 ${index + 1}` });
    for (let device = 0; device < devicesPerGateway; device++) {
      plan.devices.push({
        ...{ id: `good-${index}-${device}`, gateway: idOf(index), address: addressOf(index, device) },
        ...{ class: 'watch', name: '手表' },
      });
    }
  }
  await provisionCommunity(dataDir, plan);
  const gateways = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const line = await openCutLine(ports.tcpPort);
      const password = await addGateway(idOf(index));
      return { line, ...openGateway(index, join(dataDir, 'good', idOf(index)), line, password) };
    }),
  );
  return {
    begin: (onAlarm) => {
      const ends = gateways.map((gateway, index) => gateway.begin(index, onAlarm));
      return () => {
        for (const end of ends) end();
      };
    },
    connections: () => gateways.reduce((sum, { line }) => sum + line.connections, 0),
    close: async () => {
      for (const { line, close } of gateways) {
        await close();
        await line.close();
      }
    },
  };
}

function openGateway(index: number, directory: string, line: CutLine, password: string) {
  const clock = createGatewayClock({ system: Date.now, monotonic: () => performance.now() });
  const counters = createCounters();
  const shared = { clock, counters, log: silentLog() };
  const outbox = new Outbox({
    ...shared,
    ...{ directory, gateway: idOf(index), alarmQuotaBytes: 2 ** 24, alarmReserveBytes: 65_536 },
    ...{ telemetryQuotaBytes: 2 ** 26, telemetryFlushMs: 50 },
  });
  const uplink = new Uplink({
    ...shared,
    ...{ outbox, url: `mqtt://127.0.0.1:${line.port}`, community: demoCommunity, gateway: idOf(index) },
    ...{ password, heartbeatIntervalMs: 10_000, resendAfterMs: 5000, reconnectMaxMs: 1000 },
    ...{ adapters: () => [], version: '0.1.0', onCommand: () => undefined, random: Math.random },
  });
  let alarms = 0;
  const raise = (onAlarm: (alarm: OfferedAlarm) => void) => {
    alarms += 1;
    const code = `${idOf(index)} ${alarms}`;
    const record = `${demoCommunity}/${idOf(index)}/${outbox.epoch}/alarm/${alarms}`;
    onAlarm({ record, code, offeredAt: performance.now() });
    const device = addressOf(index, alarms % devicesPerGateway);
    const taken = outbox.accept([{ device, body: { type: 'event', kind: 'sos', code } }]);
    if (taken[0] === 'dropped') throw new Error(`the outbox of ${idOf(index)} dropped an alarm`);
    // Each of the five in turn, long before its next alarm.
    if (alarms % (cutEveryAlarms * count) === index * cutEveryAlarms) setTimeout(line.cut, cutAfterAlarmMs);
  };
  const read = () => {
    for (let device = 0; device < devicesPerGateway; device++) {
      const value = 60 + Math.floor(Math.random() * 40);
      const body = { type: 'reading', quantity: 'heart-rate', value, unit: '/min' } as const;
      outbox.accept([{ device: addressOf(index, device), body }]);
    }
  };
  return {
    begin: (turn: number, onAlarm: (alarm: OfferedAlarm) => void) => {
      let alarming: NodeJS.Timeout | undefined;
      const starting = setTimeout(
        () => {
          raise(onAlarm);
          alarming = setInterval(raise, alarmEveryMs, onAlarm);
        },
        (turn * alarmEveryMs) / count,
      );
      const reading = setInterval(read, (1000 * devicesPerGateway) / readingsPerSecond);
      return () => {
        clearTimeout(starting);
        clearInterval(alarming);
        clearInterval(reading);
      };
    },
    close: async () => {
      await uplink.close();
      outbox.close();
    },
  };
}
