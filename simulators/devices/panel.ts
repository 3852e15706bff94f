import { openDeviceLink } from './device-link.ts';
import { encodeGb18030 } from './gb18030.ts';
import { createRetryQueue } from './retry-queue.ts';

/** A component (部件) as the panel addresses it. */
export interface PanelComponent {
  systemType: number;
  systemAddress: number;
  /** e.g. 42 photoelectric smoke, 23 manual call point. @see GB/T 26875.3-2011, 8.2.1.2 */
  partType: number;
  zone: number;
  point: number;
  /** At most 31 bytes of GB 18030. */
  description?: string | Buffer;
}

/** The transmitter (用户信息传输装置) of a fire panel. Every report settles when the centre confirms it. */
export interface Panel {
  /** The vendors' heartbeat: a report without content. */
  heartbeat(): Promise<void>;
  componentFire(component: PanelComponent): Promise<void>;
  /** A manual call point (手动火灾报警按钮) is pressed. */
  manualCallPoint(component: Omit<PanelComponent, 'partType'>): Promise<void>;
  componentNormal(component: PanelComponent): Promise<void>;
  /** Status word of one component. */
  componentStatus(component: PanelComponent, status: number): Promise<void>;
  /** Status word of a whole system (type 1 report). */
  systemStatus(system: { systemType: number; systemAddress: number }, status: number): Promise<void>;
  /** A fire that the system reports as a whole. */
  systemFire(system: { systemType: number; systemAddress: number }): Promise<void>;
  /** The transmitter loses its mains, or has it again. */
  mainsFault(isActive: boolean): Promise<void>;
  /** Status byte of the transmitter itself (type 21 report), e.g. bit 3 mains fault. */
  transmitterStatus(status: number): Promise<void>;
  close(): Promise<void>;
}

const sendCommand = 2;
const confirmCommand = 3;
const denyCommand = 6;
const overheadBytes = 30;
const descriptionBytes = 31;
const fireStatus = 0b11;
const normalStatus = 0b01;
const fireBit = 0b10;
const mainsFaultStatus = 0b1001;
const manualCallPointType = 23;
const beijingOffsetMs = 8 * 3_600_000;

/**
 * Connects a transmitter and keeps it connected; a report is sent again when denied or not answered, and a
 * fire goes before whatever else is waiting.
 *
 * @see GB/T 26875.3-2011, 6
 */
export function connectPanel(options: {
  /** 12 hexadecimal digits, most significant first. */
  sourceAddress: string;
  host: string;
  port: number;
  now: () => number;
  reconnectMs?: number;
  resendMs?: number;
  /** Wait after a deny, in ms. */
  deniedMs?: number;
}): Panel {
  let serial = 0;
  let received = Buffer.alloc(0);
  const link = openDeviceLink({
    ...options,
    reconnectMs: options.reconnectMs ?? 2000,
    onConnected: () => {
      received = Buffer.alloc(0);
      reports.connected();
    },
    onData: (chunk) => {
      received = Buffer.concat([received, chunk]);
      // Confirm and deny carry no content, so every answer is as long as the overhead.
      while (received.length >= overheadBytes) {
        const answer = received.subarray(0, overheadBytes);
        received = received.subarray(overheadBytes);
        const serialOf = answer.readUInt16LE(2);
        if (answer[26] === confirmCommand) reports.answered((sent) => sent.readUInt16LE(2) === serialOf);
        if (answer[26] === denyCommand) reports.refused();
      }
    },
  });
  const reports = createRetryQueue({
    send: link.send,
    resendMs: options.resendMs ?? 10_000,
    refusedMs: options.deniedMs ?? 1000,
  });
  const report = (content: Buffer, isUrgent = false) => {
    serial = (serial + 1) & 0xffff;
    return reports.add(frameOf(serial, options.sourceAddress, options.now(), content), isUrgent);
  };
  const timed = (type: number, body: number[] | Buffer, isUrgent = false) =>
    report(Buffer.concat([Buffer.from([type, 1]), Buffer.from(body), timeTag(options.now())]), isUrgent);

  const componentStatus = (component: PanelComponent, status: number) => {
    const body = Buffer.alloc(40);
    body.writeUInt8(component.systemType, 0);
    body.writeUInt8(component.systemAddress, 1);
    body.writeUInt8(component.partType, 2);
    body.writeUInt16LE(component.zone, 3);
    body.writeUInt16LE(component.point, 5);
    body.writeUInt16LE(status, 7);
    const { description = '' } = component;
    const text = typeof description === 'string' ? encodeGb18030(description) : description;
    text.copy(body, 9, 0, descriptionBytes);
    return timed(2, body, (status & fireBit) !== 0);
  };
  const systemStatus: Panel['systemStatus'] = ({ systemType, systemAddress }, status) =>
    timed(1, [systemType, systemAddress, status & 0xff, status >> 8], (status & fireBit) !== 0);
  return {
    heartbeat: () => report(Buffer.alloc(0)),
    componentStatus,
    componentFire: (component) => componentStatus(component, fireStatus),
    componentNormal: (component) => componentStatus(component, normalStatus),
    manualCallPoint: (component) =>
      componentStatus({ ...component, partType: manualCallPointType }, fireStatus),
    systemStatus,
    systemFire: (system) => systemStatus(system, fireStatus),
    mainsFault: (isActive) => timed(21, [isActive ? mainsFaultStatus : normalStatus]),
    transmitterStatus: (status) => timed(21, [status], (status & fireBit) !== 0),
    close: async () => {
      reports.close();
      await link.close();
    },
  };
}

/** @see GB/T 26875.3-2011, 6.3: little-endian, checksum over everything between start and checksum. */
function frameOf(serial: number, source: string, now: number, content: Buffer): Buffer {
  const frame = Buffer.alloc(overheadBytes + content.length);
  frame.write('@@', 0, 'latin1');
  frame.writeUInt16LE(serial, 2);
  frame.set([1, 1], 4);
  timeTag(now).copy(frame, 6);
  Buffer.from(source, 'hex').reverse().copy(frame, 12);
  frame.writeUInt16LE(content.length, 24);
  frame.writeUInt8(sendCommand, 26);
  content.copy(frame, 27);
  const checked = frame.subarray(2, 27 + content.length);
  frame.writeUInt8(
    checked.reduce((sum, byte) => (sum + byte) & 0xff, 0),
    27 + content.length,
  );
  frame.write('##', 28 + content.length, 'latin1');
  return frame;
}

function timeTag(now: number): Buffer {
  const local = new Date(now + beijingOffsetMs);
  return Buffer.from([
    local.getUTCSeconds(),
    local.getUTCMinutes(),
    local.getUTCHours(),
    local.getUTCDate(),
    local.getUTCMonth() + 1,
    local.getUTCFullYear() - 2000,
  ]);
}
