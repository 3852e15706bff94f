import { bedriddenElder, gateAccount, gateMac, panelSource, watchId, zigbeeDevices } from './community.ts';
import { createDoorControl } from './devices/door-control.ts';
import { createGateTerminal, type GateTerminal } from './devices/gate.ts';
import { connectPanel } from './devices/panel.ts';
import { connectWatch, type Watch } from './devices/watch.ts';
import { heartRate, passagesPerMinute, stepsPerMinute } from './rhythm.ts';
import { connectSimulatedZigbee } from './simulated-zigbee.ts';

/** Where the devices of the community connect, and by which clock and chance they live. */
export interface SimulatedCommunityOptions {
  host: string;
  watch3gPort: number;
  gb26875Port: number;
  /** Address set in the gate terminals. */
  gateUrl: string;
  /** Where the gates' doors are opened, and the password for it; without one nobody can open them. */
  doorPort: number;
  doorPassword?: string;
  zigbeePort: number;
  /** Without it the Zigbee devices are silent. */
  zigbeePassword?: string;
  watches: number;
  gates: number;
  panels: number;
  now: () => number;
  random: () => number;
}

/** Within this every device has spoken for the first time. */
const firstWithinMs = 4000;
const watchPeriodMs = 60_000;
const panelPeriodMs = 20_000;
const gateHeartbeatMs = 60_000;
const doorOpenMs = 3000;
const zigbeePeriodMs = 300_000;
const homeLatitude = 31.2989;
const homeLongitude = 120.5853;

/** Lets the community live until closed: watches report, people pass, panels send heartbeats, doors open. */
export async function startSimulatedCommunity(
  options: SimulatedCommunityOptions,
): Promise<{ close(): Promise<void> }> {
  const timers = new Set<NodeJS.Timeout>();
  let isClosed = false;
  const after = (ms: number, act: () => void) => {
    if (isClosed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  /** Repeats a step with a period that varies by a tenth, beginning within `firstMs`. */
  const repeat = (periodMs: number, act: () => void, firstMs = firstWithinMs) => {
    const again = () => {
      act();
      after(periodMs * (0.95 + 0.1 * options.random()), again);
    };
    after(firstMs * options.random(), again);
  };

  const watches = range(options.watches).map((index) => {
    const watch = connectWatch({
      id: watchId(index),
      host: options.host,
      port: options.watch3gPort,
      now: options.now,
    });
    repeat(
      watchPeriodMs,
      index === bedriddenElder.watch ? lieWith(watch, options) : liveWith(watch, options),
    );
    return watch;
  });
  const panels = range(options.panels).map((index) => {
    const panel = connectPanel({
      sourceAddress: panelSource(index),
      host: options.host,
      port: options.gb26875Port,
      now: options.now,
    });
    repeat(panelPeriodMs, () => void panel.heartbeat());
    return panel;
  });
  const gates = range(options.gates).map((index) => {
    const gate = createGateTerminal({
      url: options.gateUrl,
      mac: gateMac(index),
      doorNo: 1,
      now: options.now,
    });
    repeat(gateHeartbeatMs, () => void gate.heartbeat());
    return gate;
  });
  const { doorPassword, zigbeePassword } = options;
  const accounts = gates.map((gate, index) => [gateAccount(index), gate] as const);
  const doors =
    doorPassword === undefined
      ? undefined
      : await createDoorControl({
          accounts: Object.fromEntries(accounts.map(([username]) => [username, doorPassword])),
          port: options.doorPort,
          onOpen: (_doorNo, username) => {
            const gate = new Map(accounts).get(username);
            if (gate) openAndClose(gate, after);
          },
        });
  const zigbee =
    zigbeePassword === undefined
      ? undefined
      : connectSimulatedZigbee({
          host: options.host,
          port: options.zigbeePort,
          password: zigbeePassword,
          devices: zigbeeDevices,
          random: options.random,
        });
  if (zigbee) repeat(zigbeePeriodMs, zigbee.report);
  const nextPassage = () => {
    const gate = gates[Math.floor(options.random() * gates.length)];
    if (gate) pass(gate, options, after);
    const meanMs = 60_000 / Math.max(1, passagesPerMinute(options.now()));
    after(-Math.log(1 - options.random()) * meanMs, nextPassage);
  };
  nextPassage();

  return {
    close: async () => {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      await doors?.close();
      await zigbee?.close();
      await Promise.all([...watches, ...panels, ...gates].map((device) => device.close()));
    },
  };
}

/** One resident with a resting rate and a battery of their own; what they do follows the hour. */
function liveWith(watch: Watch, { now, random }: SimulatedCommunityOptions): () => void {
  const restingRate = 58 + Math.floor(random() * 14);
  let steps = Math.floor(random() * 800);
  let battery = 40 + Math.floor(random() * 60);
  let minutes = 0;
  return () => {
    const at = now();
    steps += Math.floor(2 * stepsPerMinute(at) * random());
    if (random() < 0.02) battery = battery > 15 ? battery - 1 : 100;
    watch.keepAlive({ steps, battery });
    watch.heartRate(heartRate(restingRate, at, random()));
    if (minutes % 5 === 0) {
      const near = () => (random() - 0.5) / 500;
      watch.report({ steps, battery, latitude: homeLatitude + near(), longitude: homeLongitude + near() });
    }
    if (minutes % 15 === 0) watch.oxygen(95 + Math.floor(random() * 5));
    if (minutes % 30 === 0)
      watch.bloodPressure(115 + Math.floor(random() * 25), 70 + Math.floor(random() * 15));
    minutes += 1;
  };
}

/** One who keeps to bed: no steps, a pulse, and every half hour they turn over. */
function lieWith(watch: Watch, { now, random }: SimulatedCommunityOptions): () => void {
  let minutes = 0;
  return () => {
    watch.keepAlive({ steps: 0, rolls: minutes % 30 === 0 ? 1 : 0, battery: 82 });
    watch.heartRate(heartRate(60, now(), random()));
    minutes += 1;
  };
}

/** Somebody comes through a gate: badge, door opens, door closes; now and then a card nobody knows. */
function pass(
  gate: GateTerminal,
  { random }: SimulatedCommunityOptions,
  after: (ms: number, act: () => void) => void,
): void {
  if (random() < 0.04) return void gate.deniedUnknownCard(String(1_000_000_000 + Math.floor(random() * 1e9)));
  const resident = String(1 + Math.floor(random() * 400));
  void (random() < 0.6 ? gate.grantedByCard(resident) : gate.grantedByFace(resident));
  openAndClose(gate, after);
}

function openAndClose(gate: GateTerminal, after: (ms: number, act: () => void) => void): void {
  void gate.doorOpened();
  after(doorOpenMs, () => void gate.doorClosed());
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
