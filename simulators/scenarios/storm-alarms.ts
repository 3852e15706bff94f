import type { TimelineEntry } from '#contracts/incident.ts';
import { bedriddenElder, createDemoPlan, panelSource, watchId } from '../community.ts';
import { connectPanel } from '../devices/panel.ts';
import { connectWatch } from '../devices/watch.ts';
import { deviceScenarios } from './device-scenarios.ts';
import type { DeviceAddresses } from './scenario.ts';

/** Alarms that a watch may raise at one time, by their bit: none is a repeat of another. */
const watchAlarms = [
  { bits: 0x0001_0000, kind: 'sos' },
  { bits: 0x0020_0000, kind: 'fall' },
  { bits: 0x0040_0000, kind: 'vitals-abnormal' },
  { bits: 0x0010_0000, kind: 'watch-removed' },
] as const;
/** Share of the alarms that watches raise; points of the fire panels give the rest. */
const watchShare = 0.3;
const panels = 2;
const zonePoints = 200;
const host = '127.0.0.1';

/** One alarm of a storm. */
export interface StormAlarm {
  /** What tells it from all others on a timeline. */
  name: string;
  /** Settles when its gateway has answered it. */
  send(): Promise<void>;
}

/** Watches that raise a storm's alarms: all but those other scenarios speak for, and the one that must not move. */
export function stormWatches(): { index: number; dwelling: string }[] {
  const others = Object.values(deviceScenarios).map(({ deviceId }) => deviceId);
  return createDemoPlan()
    .devices.filter(({ id, resident }) => resident && resident !== bedriddenElder.id && !others.includes(id))
    .map(({ id, dwelling = '' }) => ({ index: Number(id.replace('watch-', '')) - 1, dwelling }));
}

/** Many alarms of many devices, all different. */
export interface Storm {
  alarms: readonly StormAlarm[];
  /** The alarm that a line of a timeline is about, by its name; undefined where it is of no storm. */
  nameOf(line: TimelineEntry, dwelling: string | undefined): string | undefined;
  close(): Promise<void>;
}

/**
 * Makes ready a storm of alarms: of watches, each of a kind that the watch raises once, and of points of the
 * fire panels, each with a name that no storm before it used.
 */
export function prepareStorm(
  devices: DeviceAddresses,
  options: { alarms: number; startedAt: number },
): Storm {
  const { alarms: count, startedAt } = options;
  const second = Math.floor(startedAt / 1000) * 1000;
  const watches = stormWatches().map(({ index, dwelling }) => {
    const watch = connectWatch({ id: watchId(index), host, port: devices.watch3gPort, now: Date.now });
    return { dwelling, watch };
  });
  const fromWatches = watchAlarms
    .flatMap(({ bits, kind }) =>
      watches.map(({ dwelling, watch }) => ({
        name: watchAlarmName(dwelling, kind, second),
        send: () => watch.raise(bits, second),
      })),
    )
    .slice(0, Math.floor(count * watchShare));

  const transmitters = Array.from({ length: panels }, (_, index) =>
    connectPanel({ sourceAddress: panelSource(index), host, port: devices.gb26875Port, now: Date.now }),
  );
  const mark = `storm ${startedAt.toString(36)}`;
  // Zones of its own for every second, so that no point is on fire from a storm before.
  const firstZone = 1000 + (Math.floor(startedAt / 1000) % 60_000);
  const fromPanels = Array.from({ length: count - fromWatches.length }, (_, index) => {
    const name = `${mark} ${index + 1}`;
    const point = {
      systemType: 1,
      systemAddress: 2 + Math.floor(index / zonePoints),
      partType: 42,
      zone: firstZone,
      point: 1 + (index % zonePoints),
      description: name,
    };
    return { name, send: async () => transmitters[index % panels]?.componentFire(point) };
  });
  return {
    alarms: spread(fromWatches, fromPanels),
    nameOf: (line, dwelling) => {
      if (line.type !== 'alarm') return undefined;
      const [point] = new RegExp(`${mark} \\d+`).exec(line.words.zh) ?? [];
      if (point !== undefined) return point;
      const kind = watchAlarms.find((alarm) => alarm.kind === line.kind)?.kind;
      const isOfStorm = kind !== undefined && dwelling !== undefined && line.observedAt === second;
      return isOfStorm ? watchAlarmName(dwelling, kind, second) : undefined;
    },
    close: async () => {
      await Promise.all([
        ...watches.map(({ watch }) => watch.close()),
        ...transmitters.map((one) => one.close()),
      ]);
    },
  };
}

function watchAlarmName(dwelling: string, kind: string, second: number): string {
  return `${kind} in ${dwelling} at ${new Date(second).toISOString()}`;
}

/** Spreads the fewer evenly among the more. */
function spread<T>(fewer: readonly T[], more: readonly T[]): T[] {
  const place = (index: number, of: readonly T[]) => (index + 0.5) / of.length;
  return [fewer, more]
    .flatMap((list) => list.map((item, index) => ({ item, at: place(index, list) })))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
