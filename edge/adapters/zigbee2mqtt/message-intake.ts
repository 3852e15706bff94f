import type { AdapterContext, Observation, Taken } from '../adapter.ts';
import { createBoundedMap } from '../bounded-map.ts';
import { createKeepAlivePace } from '../keep-alive-pace.ts';
import { deviceByTopic, type KnownDevice } from './bridge-devices.ts';
import { keepAliveIntervalMs, maxDevices, maxStateBytes, unreadableIntervalMs } from './config.ts';
import { type DeviceMemory, isRepeat, memoryAfter } from './device-memory.ts';
import { isObject } from './is-object.ts';
import type { KnownDevices } from './known-devices.ts';
import { decodeState } from './state-decoding.ts';

/** A message as it came from whichever broker. */
export interface Message {
  topic: string;
  payload: Buffer;
  retain: boolean;
}

/** What a device says now of itself, once it is taken. */
export type StateListener = (address: string, state: Record<string, unknown>) => void;

const nothingKnown: DeviceMemory = new Map();

/**
 * Reads and takes messages below a base topic, one after another.
 *
 * What it returns throws where an observation could not be taken; the message is then not acknowledged.
 */
export function createMessageIntake(
  context: AdapterContext,
  baseTopic: string,
  { devices, onState }: { devices: KnownDevices; onState?: StateListener },
): (message: Message) => void {
  const memories = createBoundedMap<DeviceMemory>(maxDevices * 2);
  const pace = createKeepAlivePace(context.now, keepAliveIntervalMs);

  const store = (observations: Observation[]): Taken[] => {
    if (observations.length === 0) return [];
    let taken: Taken[];
    try {
      taken = context.take(observations);
    } catch (error) {
      context.count('refused-observations', observations.length);
      context.log.error({ err: error, device: observations[0]?.device }, 'observations not taken');
      throw error;
    }
    for (const { device } of observations) pace.heard(device);
    return taken;
  };

  const takeState = (device: KnownDevice, { payload, retain }: Message) => {
    const state = payload.length <= maxStateBytes ? readJson(payload) : undefined;
    if (!isObject(state)) return void store(refuse(device, payload));
    const memory = memories.get(device.address) ?? nothingKnown;
    const decoded = decodeState({ device, state, isRetained: retain, now: context.now(), memory });
    if (decoded.outOfRange > 0) context.count('values-out-of-range', decoded.outOfRange);
    const calls = decoded.unreadable.length > 0 ? refuse(device, payload) : [];
    const observations = [...decoded.observations, ...calls];
    const isSilent = observations.length === 0 && !decoded.isHistorical;
    const taken = store(isSilent ? pace.due(device.address) : observations);
    if (decoded.isHistorical) return;
    memories.set(device.address, memoryAfter(decoded, memory, taken));
    if (!isRepeat(taken)) onState?.(device.address, state);
  };

  /** What cannot be read may have been an alarm: a person is called, once in a while a device. */
  const refuse = ({ address }: KnownDevice, payload: Buffer): Observation[] => {
    context.count('unreadable-states');
    const near = { key: 'unreadable', at: context.now(), withinMs: unreadableIntervalMs };
    const unreadable = {
      reason: 'expected a JSON object whose alarm keys are true or false',
      raw: payload.subarray(0, 512).toString('hex'),
    };
    return [{ device: address, near, body: { type: 'event', kind: 'unreadable-alarm', unreadable } }];
  };

  /** Availability and the bridge's own state: offline is a fault of the line, known by its edges. */
  const takeLink = ({ address }: KnownDevice, payload: Buffer) => {
    const json = readJson(payload);
    const state = isObject(json) ? json.state : payload.toString('utf8').trim();
    if (state !== 'online' && state !== 'offline') return;
    const before = devices.linkOf(address);
    const isChange = state === 'offline' ? before !== 'offline' : before === 'offline';
    const active = state === 'offline' ? {} : { active: false };
    if (isChange)
      store([{ device: address, body: { type: 'event', kind: 'link-fault', code: state, ...active } }]);
    devices.setLink(address, state);
  };

  const takeBridge = (name: string, payload: Buffer) => {
    const coordinator = devices.coordinator();
    if (name === 'devices') {
      if (!devices.takeList(payload)) context.count('unreadable-device-lists');
    } else if (name === 'state' && coordinator) {
      takeLink(coordinator, payload);
    } else if (name === 'health' && coordinator) {
      store(pace.due(coordinator.address));
    }
  };

  return (message) => {
    if (!message.topic.startsWith(`${baseTopic}/`) || message.payload.length === 0) return;
    context.count('frames');
    const name = message.topic.slice(baseTopic.length + 1);
    const device = devices.named(name);
    const ofAvailability = devices.named(name.replace(/\/availability$/, ''));
    if (device) takeState(device, message);
    else if (name.startsWith('bridge/')) takeBridge(name.slice('bridge/'.length), message.payload);
    else if (ofAvailability) takeLink(ofAvailability, message.payload);
    else if (isObject(readJson(message.payload)) && !/\/(availability|set|get)(\/|$)/.test(name)) {
      takeState(deviceByTopic(name), message);
    } else context.count('other-topics');
  };
}

function readJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
