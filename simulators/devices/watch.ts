import { openDeviceLink } from './device-link.ts';
import { createRetryQueue } from './retry-queue.ts';

/** A 4G watch of the SeTracker kind, speaking as the maker's server protocol describes. */
export interface Watch {
  /** Keep-alive with today's steps and how often the wearer turned over; battery in percent. */
  keepAlive(state: { steps: number; rolls?: number; battery: number }): void;
  /** A location record; without a position it says that it has no fix. */
  report(state: { steps: number; battery: number; latitude?: number; longitude?: number }): void;
  heartRate(perMinute: number): void;
  bloodPressure(systolic: number, diastolic: number): void;
  oxygen(percent: number): void;
  temperature(celsius: number): void;
  /**
   * Raises an alarm: status bits, at the watch's clock. Repeats the same frame, also over new connections,
   * until the server answers; settles then.
   */
  raise(bits: number, at?: number): Promise<void>;
  pressSos(options?: { at?: number }): Promise<void>;
  reportFall(options?: { at?: number }): Promise<void>;
  close(): Promise<void>;
}

const sosBit = 0x0001_0000;
const fallBit = 0x0020_0000;

/** Connects a watch and keeps it connected. */
export function connectWatch(options: {
  /** Ten digits. */
  id: string;
  host: string;
  port: number;
  now: () => number;
  manufacturer?: string;
  reconnectMs?: number;
  resendMs?: number;
}): Watch {
  const frame = (content: string) => {
    const length = Buffer.byteLength(content).toString(16).toUpperCase().padStart(4, '0');
    return Buffer.from(`[${options.manufacturer ?? '3G'}*${options.id}*${length}*${content}]`);
  };
  const link = openDeviceLink({
    ...options,
    reconnectMs: options.reconnectMs ?? 2000,
    onConnected: () => {
      received = '';
      link.send(frame('LK'));
      alarms.connected();
    },
    onData: (chunk) => {
      received += chunk.toString('latin1');
      for (let end = received.indexOf(']'); end >= 0; end = received.indexOf(']')) {
        const [, , , content = ''] = received.slice(0, end).split('*');
        received = received.slice(end + 1);
        if (content.split(',')[0] === 'AL') alarms.answered();
      }
    },
  });
  let received = '';
  const alarms = createRetryQueue({ send: link.send, resendMs: options.resendMs ?? 5000 });
  const say = (content: string) => link.send(frame(content));
  /** What every record of the watch carries, an alarm's too. */
  let counted = { steps: 0, battery: 80 };
  const raise = (bits: number, at = options.now()) =>
    alarms.add(frame(`AL,${locationRecord({ at, bits, ...counted })}`));

  return {
    keepAlive: ({ steps, rolls = 0, battery }) => {
      counted = { steps, battery };
      say(`LK,${steps},${rolls},${battery}`);
    },
    report: (state) => {
      counted = { steps: state.steps, battery: state.battery };
      say(`UD,${locationRecord({ at: options.now(), bits: 0, ...state })}`);
    },
    heartRate: (perMinute) => say(`heart,${perMinute}`),
    bloodPressure: (systolic, diastolic) => say(`bphrt,${systolic},${diastolic},,,,,`),
    oxygen: (percent) => say(`oxygen,0,${percent}`),
    temperature: (celsius) => say(`btemp2,1,${celsius.toFixed(2)}`),
    raise,
    pressSos: ({ at } = {}) => raise(sosBit, at),
    reportFall: ({ at } = {}) => raise(fallBit, at),
    close: async () => {
      alarms.close();
      await link.close();
    },
  };
}

function locationRecord(record: {
  at: number;
  bits: number;
  steps: number;
  battery: number;
  latitude?: number;
  longitude?: number;
}): string {
  const [date = '', time = ''] = new Date(record.at).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  const hasFix = record.latitude !== undefined && record.longitude !== undefined;
  return [
    `${day}${month}${year.slice(2)}`,
    time.slice(0, 8).replaceAll(':', ''),
    hasFix ? 'A' : 'V',
    (record.latitude ?? 0).toFixed(6),
    'N',
    (record.longitude ?? 0).toFixed(6),
    'E',
    '0.00,0.0,0.0',
    hasFix ? 9 : 0,
    100,
    record.battery,
    record.steps,
    0,
    (record.bits >>> 0).toString(16).toUpperCase().padStart(8, '0'),
    '0,0,0',
  ].join(',');
}
