import type { ConverterDefinition } from './read-converters.ts';

class Endpoint {
  readonly ID = 1;
  readonly deviceIeeeAddress = '0x0000000000000001';
  readonly clusters = {};
  readonly getDevice: () => Device;
  constructor(device: Device) {
    this.getDevice = () => device;
  }
  readonly supportsInputCluster = () => true;
  readonly getClusterAttributeValue = () => undefined;
  readonly saveClusterAttributeKeyValue = () => undefined;
  readonly hasPendingRequests = () => false;
  readonly read = async () => ({});
  readonly write = async () => undefined;
  readonly command = async () => undefined;
  readonly commandResponse = async () => undefined;
}

class Device {
  readonly ieeeAddr = '0x0000000000000001';
  readonly type = 'EndDevice';
  readonly meta = {};
  readonly endpoint = new Endpoint(this);
  readonly endpoints = [this.endpoint];
  readonly getEndpoint = () => this.endpoint;
  readonly save = () => undefined;
  readonly modelID: string;
  constructor(modelID: string) {
    this.modelID = modelID;
  }
}

interface Message {
  cluster: string;
  type: string;
  data: unknown;
}

const zoneStatuses = [0, 1, 2, 3, 0x20, 0x30, 0x31, 0x32];
const tuyaValues: ReadonlyArray<readonly [type: number, bytes: readonly number[]]> = [
  ...[0, 1].map((value) => [1, [value]] as const),
  ...[0, 1].map((value) => [2, [0, 0, 0, value]] as const),
  ...[0, 1, 2, 3].map((value) => [4, [value]] as const),
  ...[0, 1].map((value) => [5, [value]] as const),
];
let sequence = 0;

/**
 * Runs a definition's converters on the messages that its device may send.
 *
 * @returns By key, every value reported.
 */
export function tryConverters(definition: ConverterDefinition): Map<string, Set<unknown>> {
  const said = new Map<string, Set<unknown>>();
  const hear = (state: unknown) => {
    if (typeof state !== 'object' || state === null) return;
    for (const [key, value] of Object.entries(state)) said.set(key, (said.get(key) ?? new Set()).add(value));
  };
  const device = new Device(definition.zigbeeModel?.[0] ?? '');
  for (const message of messagesFor(definition)) {
    for (const { cluster, type, convert } of definition.fromZigbee) {
      if (cluster !== message.cluster || ![type].flat().includes(message.type)) continue;
      sequence += 1;
      const meta = {
        device,
        state: {},
        options: {},
        logger: undefined,
        deviceExposesChanged: () => undefined,
      };
      const whole = {
        ...message,
        endpoint: device.endpoint,
        device,
        meta: { zclTransactionSequenceNumber: sequence },
      };
      try {
        hear(convert(definition, whole, hear, {}, meta));
      } catch {
        // Not every converter can read every message that is tried.
      }
    }
  }
  return said;
}

function messagesFor({ meta }: ConverterDefinition): Message[] {
  const ofZone = zoneStatuses.flatMap((status) =>
    ['commandStatusChangeNotification', 'attributeReport', 'readResponse'].map((type) => ({
      cluster: 'ssIasZone',
      type,
      data: { zonestatus: status, zoneStatus: status, extendedstatus: 0 },
    })),
  );
  const ofTuya = (meta?.tuyaDatapoints ?? []).flatMap(([dp]) =>
    tuyaValues.map(([datatype, bytes]) => {
      sequence += 1;
      const dpValues = [{ dp, datatype, data: Buffer.from(bytes) }];
      return { cluster: 'manuSpecificTuya', type: 'commandDataReport', data: { seq: sequence, dpValues } };
    }),
  );
  return [...ofZone, ...ofTuya];
}
