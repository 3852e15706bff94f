import type { Actuation, ActuationResult, AdapterContext } from '../adapter.ts';
import { protocol, reportTimeoutMs } from './config.ts';
import type { KnownDevices } from './known-devices.ts';
import type { StateListener } from './message-intake.ts';
import { type PlannedActuation, planActuation, planStop } from './planned-actuation.ts';
import { openSirenStops } from './siren-stops.ts';

/** Actuates devices by `<base>/<ieee>/set`. */
export interface DeviceActuation {
  actuate(actuation: Actuation): Promise<ActuationResult>;
  /** Hears what devices say of themselves. */
  onState: StateListener;
  close(): void;
}

/**
 * Creates the actuation of a bridge's devices; sirens left sounding by an earlier start of the agent are stopped.
 *
 * @param publish Publishes below the base topic with QoS 0, at once or never: what a client keeps until it is
 * connected again would be done late. False where nobody can have heard.
 */
export function createDeviceActuation(options: {
  context: AdapterContext;
  devices: KnownDevices;
  sirenDurationS: number;
  publish: (topic: string, payload: string) => boolean;
  timeoutMs?: number;
}): DeviceActuation {
  const { context, devices, sirenDurationS, publish, timeoutMs = reportTimeoutMs } = options;
  const waiting = new Set<StateListener>();

  const isReachable = (address: string) => {
    const bridge = devices.coordinator();
    const isBridgeAway = bridge !== undefined && devices.linkOf(bridge.address) === 'offline';
    return !isBridgeAway && devices.linkOf(address) !== 'offline';
  };
  // By its IEEE address: a friendly name can move to another device.
  const set = (address: string, { payload }: PlannedActuation) =>
    isReachable(address) && publish(`0x${address.slice(protocol.length + 1)}/set`, JSON.stringify(payload));

  const stopOf = (address: string) => {
    const siren = devices.at(address)?.actuators?.siren;
    return siren && planStop(siren);
  };
  const stops = openSirenStops({
    context,
    maxSoundsMs: sirenDurationS * 1000,
    stop: (address) => {
      const stop = stopOf(address);
      return { isSent: stop !== undefined && set(address, stop), isReported: stop?.isDone !== undefined };
    },
  });

  const untilDone = (
    address: string,
    isDone: NonNullable<PlannedActuation['isDone']>,
  ): Promise<ActuationResult> => {
    const done = Promise.withResolvers<ActuationResult>();
    const listener: StateListener = (of, state) => {
      if (of === address && isDone(state)) done.resolve({ result: 'done' });
    };
    waiting.add(listener);
    const timer = setTimeout(() => done.resolve({ result: 'unknown', reason: 'device-silent' }), timeoutMs);
    return done.promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(listener);
    });
  };

  return {
    actuate: async ({ device: address, action, isTimely }) => {
      const device = devices.at(address);
      if (!device) return { result: 'failed', reason: 'device-unknown' };
      const planned = planActuation(device.actuators ?? {}, action, sirenDurationS);
      if (!planned) return { result: 'failed', reason: 'action-unknown' };
      if (!isReachable(address)) return { result: 'failed', reason: 'device-unreachable' };
      if (!isTimely()) return { result: 'expired', reason: 'too-old' };
      let putBack: (() => void) | undefined;
      try {
        // On disk first: no siren may sound that nobody would stop after a restart.
        if (planned.needsStop) putBack = stops.schedule(address, sirenDurationS * 1000);
      } catch (error) {
        context.log.error({ err: error, device: address }, 'siren not started: its end is not on disk');
        return { result: 'failed', reason: 'device-unreachable' };
      }
      const done = planned.isDone && untilDone(address, planned.isDone);
      if (!set(address, planned)) {
        putBack?.();
        return { result: 'failed', reason: 'device-unreachable' };
      }
      context.count('sets');
      return (await done) ?? { result: 'unknown', reason: 'device-silent' };
    },
    onState: (address, state) => {
      for (const listener of waiting) listener(address, state);
      if (stopOf(address)?.isDone?.(state)) stops.heardStopped(address);
    },
    close: stops.close,
  };
}
