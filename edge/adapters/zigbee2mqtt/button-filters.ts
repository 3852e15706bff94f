import type { AdapterContext } from '../adapter.ts';
import { isObject } from '../json-of-devices.ts';
import {
  type BridgeInfo,
  filterOf,
  ieeeOf,
  isFiltered,
  readBridgeInfo,
  readDeviceOptions,
} from './bridge-options.ts';
import { createBridgeRequests } from './bridge-requests.ts';
import type { CacheFilter } from './button-presses.ts';
import { definitionFacts } from './definition-facts.ts';
import { type Button, readButtons, writeButtons } from './kept-buttons.ts';
import type { KnownDevices } from './known-devices.ts';

/** Has the bridge leave presses of buttons out of its cache, and knows of which button it does. */
export interface ButtonFilters {
  of(address: string): { filter: CacheFilter; isDebounced: boolean };
  /** A message of the device is accepted: the bridge has written its cache with it. */
  markSeen(address: string): void;
  /** The bridge's list of devices is known, or another. */
  listed(): void;
  /** The bridge is there, or there again. */
  bridgeCame(): void;
  onBridgeInfo(info: unknown): void;
  onBridgeResponse(response: unknown): void;
  close(): void;
}

/** Topic below the base topic, by which a device's options are changed. */
export const optionsRequest = 'bridge/request/device/options';

const unknownButton: Button = { filter: 'none', isDebounced: false, isThrottled: false, otherFilters: [] };

/**
 * Opens what is known of buttons. A button that is not confirmed is reported as `button-unsure`, and its end once it is.
 *
 * @param isAsking False where the bridge's options are left to its owner.
 * @param publish Publishes below the base topic; false where nobody can have heard.
 */
export function openButtonFilters(options: {
  context: AdapterContext;
  devices: KnownDevices;
  isAsking: boolean;
  publish: (topic: string, payload: string) => boolean;
}): ButtonFilters {
  const { context, devices, isAsking, publish } = options;
  const { log, count } = context;
  const buttons = readButtons(context);
  let info: BridgeInfo | undefined;

  const keysOf = (address: string): string[] => {
    const device = devices.at(address);
    return device ? [...definitionFacts(device).momentaryKeys] : [];
  };
  const filtersOf = (address: string) => [
    ...new Set([...(buttons.get(address)?.otherFilters ?? []), ...keysOf(address).map(filterOf)]),
  ];
  const isAllFiltered = (address: string, filters: readonly string[]) =>
    keysOf(address).every((key) => isFiltered(key, filters));

  const reportUnsure = (address: string, isUnsure: boolean): boolean => {
    const code = keysOf(address).join(' ').slice(0, 64);
    const active = isUnsure ? {} : { active: false };
    try {
      context.accept([{ device: address, body: { type: 'event', kind: 'button-unsure', code, ...active } }]);
      return true;
    } catch (error) {
      log.error({ err: error, device: address }, 'button-unsure not reported');
      return false;
    }
  };
  const change = (address: string, changed: Partial<Button>) => {
    const before = buttons.get(address) ?? unknownButton;
    const after = { ...before, ...changed };
    const isUnsure = after.filter === 'none';
    if (after.toldUnsure !== isUnsure && reportUnsure(address, isUnsure)) after.toldUnsure = isUnsure;
    if (JSON.stringify(after) === JSON.stringify(buttons.get(address))) return;
    buttons.set(address, after);
    writeButtons(context, buttons);
  };

  const requests = createBridgeRequests({
    payloadOf: (address) => {
      const button = buttons.get(address);
      const isDue = button?.filter === 'none' && !button.isThrottled && (info?.canFilter ?? true);
      return isDue ? { id: ieeeOf(address), options: { filtered_cache: filtersOf(address) } } : undefined;
    },
    publish: (payload) => publish(optionsRequest, payload),
    onDone: (address, data) => {
      const { from, to } = isObject(data) ? data : {};
      if (isObject(to) && !isAllFiltered(address, readDeviceOptions(to).filteredCache)) {
        return 'answered ok, and the filter is not among its options';
      }
      const before = isObject(from) ? readDeviceOptions(from).filteredCache : [];
      const undone = before.filter((each) => !filtersOf(address).includes(each));
      if (undone.length > 0) {
        // What its owner had set was not known: it is asked once more, with both.
        change(address, { otherFilters: undone, filter: 'none' });
        return 'answered ok, and filters of its owner are to be set again';
      }
      log.info({ device: address }, 'the bridge leaves presses of a button out of its cache');
      change(address, { filter: 'settling' });
      return undefined;
    },
    onFailed: (address, reason) => {
      count('button-filters-refused');
      log.warn({ device: address, reason }, 'presses of a button cannot be distinguished from repeats yet');
    },
  });
  const askAll = () => {
    for (const [address, { filter }] of buttons) if (isAsking && filter === 'none') requests.ask(address);
  };
  const takeOptions = (address: string) => {
    const known = info?.optionsOf(address);
    if (!info || !known) return change(address, {});
    const { filteredCache, isDebounced, isThrottled } = known;
    const isSet = info.canFilter && !isThrottled && isAllFiltered(address, filteredCache);
    const before = buttons.get(address)?.filter ?? 'none';
    const ours = keysOf(address).map(filterOf);
    change(address, {
      isDebounced,
      isThrottled,
      otherFilters: filteredCache.filter((each) => !ours.includes(each)),
      filter: !isSet ? 'none' : before === 'none' ? 'settling' : before,
    });
    if (isSet) requests.forget(address);
  };
  const listed = () => {
    for (const address of buttons.keys()) {
      if (keysOf(address).length > 0) continue;
      if (buttons.get(address)?.toldUnsure) reportUnsure(address, false);
      buttons.delete(address);
      requests.forget(address);
    }
    for (const { address } of devices.all()) {
      if (keysOf(address).length > 0) takeOptions(address);
    }
    askAll();
  };
  listed();
  return {
    of: (address) => buttons.get(address) ?? unknownButton,
    markSeen: (address) => {
      if (buttons.get(address)?.filter === 'settling') change(address, { filter: 'clean' });
    },
    listed,
    bridgeCame: askAll,
    onBridgeInfo: (given) => {
      info = readBridgeInfo(given) ?? info;
      for (const address of buttons.keys()) takeOptions(address);
      askAll();
    },
    onBridgeResponse: requests.onBridgeResponse,
    close: requests.close,
  };
}
