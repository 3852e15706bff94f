import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { Acceptance, AdapterContext, Observation } from '../adapter.ts';
import { isObject, parseDeviceJson } from '../json-of-devices.ts';
import { createKeepAliveThrottle } from '../keep-alive-throttle.ts';
import { deviceByTopic, type KnownDevice } from './bridge-devices.ts';
import type { ButtonFilters } from './button-filters.ts';
import { cacheWindowMs, keepAliveIntervalMs, maxDevices, maxStateBytes } from './config.ts';
import { type DeviceMemory, isRepeat, memoryAfter, nothingKnown } from './device-memory.ts';
import { digestOf } from './event-identity.ts';
import type { KnownDevices } from './known-devices.ts';
import { openKnownGroups } from './known-groups.ts';
import { openReportedValues } from './reported-values.ts';
import { type DecodedState, decodeState } from './state-decoding.ts';
import type { Timeliness } from './state-reading.ts';
import { openUnreadDetectors } from './unread-detectors.ts';
import { createUnreadableStates, unreadableAlarm } from './unreadable-states.ts';

/** A message as it came from whichever broker. */
export interface Message {
  topic: string;
  payload: Buffer;
  /** Flag of the PUBLISH: at a broker of others it marks what that broker kept, at our own it says nothing of time. */
  retain: boolean;
}

/** The current state of a device, once it is accepted. */
export type StateListener = (address: string, state: Record<string, unknown>) => void;

/** Reads and accepts messages below a base topic, one after another. */
export interface MessageIntake {
  /** @throws {Error} where an observation is not accepted; the message is then not acknowledged. */
  accept(message: Message): void;
  /** Accepts a poison message by its first bytes, as an unreadable alarm of its device. */
  deadLetter(message: Message, error: unknown): void;
  /** The bridge connected, perhaps again: it may send its cache. */
  bridgeCame(): void;
  close(): void;
}

/** Opens the intake, with what was reported before an earlier end of the agent. */
export function createMessageIntake(
  context: AdapterContext,
  baseTopic: string,
  options: {
    devices: KnownDevices;
    onState?: StateListener;
    buttons?: ButtonFilters;
    /** Messages come from a broker that marks what it kept. */
    isBrokerOfOthers?: boolean;
  },
): MessageIntake {
  const { devices, onState, buttons, isBrokerOfOthers = false } = options;
  const memories = createBoundedMap<string, DeviceMemory>(maxDevices * 2);
  const pace = createKeepAliveThrottle(context.now, keepAliveIntervalMs);
  const cache = createCacheWindow(context.now, !isBrokerOfOthers);
  const reported = openReportedValues(context);
  const unreadable = createUnreadableStates(context);
  const groups = openKnownGroups(context);
  const unreadDetectors = openUnreadDetectors(context);

  const store = (observations: Observation[]): Acceptance[] => {
    if (observations.length === 0) return [];
    let accepted: Acceptance[];
    try {
      accepted = context.accept(observations);
    } catch (error) {
      context.count('refused-observations', observations.length);
      context.log.error({ err: error, device: observations[0]?.device }, 'observations not accepted');
      throw error;
    }
    for (const { device } of observations) pace.markSeen(device);
    return accepted;
  };

  const timelinessOf = (address: string, retain: boolean): Timeliness => {
    if (isBrokerOfOthers && retain) return 'stored';
    return cache.mayBeCache(address) ? 'cache' : 'now';
  };

  const acceptState = (device: KnownDevice, { payload, retain }: Message) => {
    const { address } = device;
    const timeliness = timelinessOf(address, retain);
    const state = payload.length <= maxStateBytes ? readJson(payload) : undefined;
    if (!isObject(state)) return onUnreadable(address, payload, timeliness);
    const memory = memories.get(address) ?? nothingKnown;
    const decoded = decodeState({
      device,
      state,
      timeliness,
      isRetained: retain,
      now: context.now(),
      memory,
      lastReported: (key) => reported.get(address, key),
      button: buttons?.of(address) ?? { filter: 'none', isDebounced: false },
    });
    if (decoded.outOfRange > 0) context.count('values-out-of-range', decoded.outOfRange);
    const calls =
      decoded.unreadable.length > 0 ? unreadable.refuse(address, payload, decoded.unreadable) : [];
    const observations = [...decoded.observations, ...calls];
    const isSilent = observations.length === 0 && !decoded.isHistorical;
    const accepted = store(isSilent ? pace.due(address) : observations);
    if (decoded.cachedPresses > 0) context.count('cached-presses', decoded.cachedPresses);
    saveReported(address, decoded, accepted);
    cache.markSeen(address);
    buttons?.markSeen(address);
    const remembered = memoryAfter(decoded, memory, accepted);
    // What is old hides nothing of now; what the bridge's cache holds it holds whatever its age.
    memories.set(address, decoded.isHistorical ? { ...memory, buttons: remembered.buttons } : remembered);
    if (!decoded.isHistorical && !isRepeat(accepted)) onState?.(address, state);
  };

  const saveReported = (
    address: string,
    { currentValues, lastSeen }: DecodedState,
    accepted: Acceptance[],
  ) => {
    for (const { key, value, isUrgent, observation } of currentValues) {
      const isAgain = observation !== undefined && accepted[observation] === 'repeat';
      if (value === undefined) reported.delete(address, key, isUrgent);
      else if (!isAgain)
        reported.set(address, key, { value, ...(lastSeen !== undefined && { lastSeen }) }, isUrgent);
    }
    reported.save();
  };

  /** No JSON object: it may have been an alarm. */
  const onUnreadable = (address: string, payload: Buffer, timeliness: Timeliness) => {
    const value = `? ${digestOf(payload.toString('base64'))}`;
    const isReported = timeliness !== 'now' && reported.get(address, '')?.value === value;
    store(isReported ? [] : unreadable.refuse(address, payload, value));
    reported.set(address, '', { value }, true);
    reported.save();
    cache.markSeen(address);
  };

  /** Availability and the bridge's own state: offline is a fault of the line, known by its edges. */
  const onLink = ({ address }: KnownDevice, payload: Buffer) => {
    const state = readLink(payload);
    if (!state) return;
    const before = devices.linkOf(address);
    const isChange = state === 'offline' ? before !== 'offline' : before === 'offline';
    const active = state === 'offline' ? {} : { active: false };
    if (isChange)
      store([{ device: address, body: { type: 'event', kind: 'link-fault', code: state, ...active } }]);
    devices.setLink(address, state);
  };

  const bridgeCame = () => {
    cache.open();
    buttons?.bridgeCame();
  };
  const onDevices = () => {
    buttons?.listed();
    unreadDetectors.listed(devices.all(), store);
  };
  const onBridgeInfo = (info: Record<string, unknown>) => {
    buttons?.onBridgeInfo(info);
    unreadDetectors.onBridgeInfo(info, devices.all(), store);
  };
  const onBridgeMessage = (name: string, { payload, retain }: Message) => {
    const coordinator = devices.coordinator();
    if (name === 'devices') {
      if (devices.readList(payload)) onDevices();
      else context.count('unreadable-device-lists');
    } else if (name === 'groups') {
      if (!groups.readList(readJson(payload))) context.count('unreadable-group-lists');
    } else if (name === 'state') {
      if (coordinator) onLink(coordinator, payload);
      const isKept = isBrokerOfOthers && retain;
      if (readLink(payload) === 'online' && !isKept) bridgeCame();
    } else if (name === 'health' && coordinator) {
      store(pace.due(coordinator.address));
    } else if (name === 'info' || name === 'response/device/options') {
      const said = readJson(payload);
      if (!isObject(said)) context.count('unreadable-bridge-messages');
      else if (name === 'info') onBridgeInfo(said);
      else buttons?.onBridgeResponse(said);
    }
  };

  return {
    accept: (message) => {
      if (!message.topic.startsWith(`${baseTopic}/`) || message.payload.length === 0) return;
      context.count('frames');
      const name = message.topic.slice(baseTopic.length + 1);
      const device = devices.named(name);
      const ofAvailability = devices.named(name.replace(/\/availability$/, ''));
      if (device) acceptState(device, message);
      else if (name.startsWith('bridge/')) onBridgeMessage(name.slice('bridge/'.length), message);
      else if (ofAvailability) onLink(ofAvailability, message.payload);
      else if (groups.has(name)) context.count('group-states');
      else if (isObject(readJson(message.payload)) && !/\/(availability|set|get)(\/|$)/.test(name)) {
        acceptState(deviceByTopic(name), message);
      } else context.count('other-topics');
    },
    deadLetter: ({ topic, payload }, error) => {
      const name = topic.slice(baseTopic.length + 1);
      // A message of the bridge itself is no alarm; the caller counts and logs it.
      if (!topic.startsWith(`${baseTopic}/`) || name.startsWith('bridge/')) return;
      const { address } = devices.named(name) ?? deviceByTopic(name);
      store([{ device: address, body: unreadableAlarm(`not accepted in three tries: ${error}`, payload) }]);
    },
    bridgeCame,
    close: reported.close,
  };
}

function readLink(payload: Buffer): 'online' | 'offline' | undefined {
  const json = readJson(payload);
  const state = isObject(json) ? json.state : payload.toString('utf8').trim();
  return state === 'online' || state === 'offline' ? state : undefined;
}

function readJson(payload: Buffer): unknown {
  try {
    return parseDeviceJson(payload);
  } catch {
    return undefined;
  }
}

/**
 * The time in which a bridge may tell its cache: after it became online, or connected again, or the agent started.
 * In it the first state of each device may be old.
 */
interface CacheWindow {
  open(): void;
  mayBeCache(device: string): boolean;
  /** A state of the device is accepted: the next one is no longer its first. */
  markSeen(device: string): void;
}

/** Creates the window, open from the start where the bridge connects to the agent itself. */
function createCacheWindow(now: () => number, isOpen: boolean): CacheWindow {
  let opened = { at: isOpen ? now() : Number.NEGATIVE_INFINITY, number: 1 };
  const seenIn = createBoundedMap<string, number>(maxDevices * 2);
  return {
    open: () => {
      opened = { at: now(), number: opened.number + 1 };
    },
    mayBeCache: (device) =>
      seenIn.get(device) !== opened.number && Math.abs(now() - opened.at) <= cacheWindowMs,
    markSeen: (device) => seenIn.set(device, opened.number),
  };
}
