import type { AdapterContext, Observation } from '../adapter.ts';
import type { KnownDevice } from './bridge-devices.ts';
import { readOutput } from './bridge-options.ts';

/** Detectors in the bridge's list whose dangers no code here can read; each is reported as it begins and ends. */
export interface UnreadDetectors {
  /** Compares a list with what was reported before. @throws {Error} where a change is not accepted. */
  listed(devices: Iterable<KnownDevice>, accept: (observations: Observation[]) => unknown): void;
  /** Takes `bridge/info`: how the bridge writes states decides who can be read. @throws {Error} as `listed` does. */
  onBridgeInfo(info: unknown, ...list: Parameters<UnreadDetectors['listed']>): void;
}

const keptFile = 'unread-detectors.json';
const outputFile = 'bridge-output.json';

/** Opens what was reported when the agent ended. */
export function openUnreadDetectors({ kept, log }: Pick<AdapterContext, 'kept' | 'log'>): UnreadDetectors {
  let reported = readAddresses(kept.read(keptFile));
  let isWithoutStates = kept.read(outputFile) === 'attribute';
  const isMute = (device: KnownDevice) => device.isUnread || (isWithoutStates && isThereForDanger(device));
  const keep = (file: string, text: string) => {
    try {
      kept.write(file, text);
    } catch (error) {
      log.warn({ err: error }, 'unread detectors not saved: after a restart they are reported once more');
    }
  };
  const listed: UnreadDetectors['listed'] = (devices, accept) => {
    const unread = new Map([...devices].filter(isMute).map((each) => [each.address, each]));
    const begun = [...unread.values()].filter(({ address }) => !reported.has(address));
    const ended = [...reported].filter((address) => !unread.has(address));
    if (begun.length === 0 && ended.length === 0) return;
    accept([...begun.map(begins), ...ended.map(ends)]);
    reported = new Set(unread.keys());
    keep(keptFile, JSON.stringify([...reported]));
  };
  return {
    listed,
    onBridgeInfo: (info, devices, accept) => {
      const output = readOutput(info);
      const before = isWithoutStates;
      if (output === undefined || (output === 'attribute') === before) return;
      isWithoutStates = output === 'attribute';
      if (isWithoutStates) log.warn('the bridge sends no states that can be read: set its output to json');
      try {
        listed(devices, accept);
      } catch (error) {
        isWithoutStates = before;
        throw error;
      }
      keep(outputFile, output);
    },
  };
}

function isThereForDanger({ dangerKeys, isEmergencyButton }: KnownDevice): boolean {
  return isEmergencyButton || (dangerKeys !== undefined && dangerKeys.size > 0);
}

function begins({ address, model = '' }: KnownDevice): Observation {
  const code = model.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ').slice(0, 64);
  return { device: address, body: { type: 'event', kind: 'detector-unread', ...(code !== '' && { code }) } };
}

function ends(address: string): Observation {
  return { device: address, body: { type: 'event', kind: 'detector-unread', active: false } };
}

function readAddresses(text: string | undefined): ReadonlySet<string> {
  try {
    const addresses: unknown = JSON.parse(text ?? '[]');
    return new Set(Array.isArray(addresses) ? addresses.filter((each) => typeof each === 'string') : []);
  } catch {
    return new Set();
  }
}
