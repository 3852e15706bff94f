import { setTimeout as wait } from 'node:timers/promises';

/** What an access control terminal reports, by its major and minor codes in HCNetSDK. */
const codes = {
  grantedByCard: [5, 1],
  grantedByFace: [5, 75],
  deniedUnknownCard: [5, 9],
  exitButton: [5, 23],
  doorOpened: [5, 25],
  doorClosed: [5, 26],
  forced: [5, 27],
  heldOpen: [5, 28],
  duress: [1, 1034],
  tamper: [1, 1028],
} as const;

/**
 * An access control terminal that pushes its events over HTTP. Every event settles when it was answered
 * with 200; never, where the terminal is closed before.
 */
export interface GateTerminal {
  grantedByCard(employee: string): Promise<void>;
  grantedByFace(employee: string): Promise<void>;
  deniedUnknownCard(card: string): Promise<void>;
  exitButton(): Promise<void>;
  doorOpened(): Promise<void>;
  doorClosed(): Promise<void>;
  forced(): Promise<void>;
  /** The door stays open too long; `doorClosed` ends it. */
  heldOpen(): Promise<void>;
  duress(employee: string): Promise<void>;
  tamper(): Promise<void>;
  /** Any other code, decimal. */
  event(major: number, sub: number): Promise<void>;
  heartbeat(): Promise<void>;
  close(): Promise<void>;
}

const beijingOffsetMs = 8 * 3_600_000;
/** Stands for a face picture: a JPEG start and end around nothing of anybody. */
const jpegOfNoise = Buffer.concat([
  Buffer.from('ffd8', 'hex'),
  Buffer.alloc(20_000, 0x5b),
  Buffer.from('ffd9', 'hex'),
]);

/** Creates a terminal; events go one after the other, each tried again until it is answered with 200. */
export function createGateTerminal(options: {
  /** Address set as the terminal's HTTP listening host. */
  url: string;
  /** 12 hexadecimal digits. */
  mac: string;
  doorNo: number;
  now: () => number;
  retryMs?: number;
  /** Longest wait for an answer, in ms. */
  timeoutMs?: number;
  /** First serial number; a terminal counts on for as long as it lives. */
  firstSerial?: number;
  /** Posts a picture behind each event, as face terminals do. */
  withPictures?: boolean;
}): GateTerminal {
  const closed = new AbortController();
  let serial = options.firstSerial ?? options.now() % 1_000_000_000;
  let last: Promise<unknown> = Promise.resolve();

  const push = (event: object): Promise<void> => {
    const taken = last.then(() => postUntilTaken(event, { ...options, closed: closed.signal }));
    last = taken;
    return new Promise((resolve) => {
      void taken.then((wasTaken) => {
        if (wasTaken) resolve();
      });
    });
  };
  const header = () => ({
    ipAddress: '127.0.0.1',
    portNo: 80,
    protocol: 'HTTP',
    macAddress: options.mac.replace(/..(?=.)/g, '$&:'),
    channelID: 1,
    dateTime: `${new Date(options.now() + beijingOffsetMs).toISOString().slice(0, 19)}+08:00`,
    activePostCount: 1,
  });
  const report = ([majorEventType, subEventType]: readonly [number, number], more: object = {}) => {
    serial += 1;
    return push({
      ...header(),
      eventType: 'AccessControllerEvent',
      eventState: 'active',
      eventDescription: 'Access Controller Event',
      AccessControllerEvent: {
        deviceName: 'Access Controller',
        majorEventType,
        subEventType,
        doorNo: options.doorNo,
        serialNo: serial,
        frontSerialNo: serial - 1,
        currentEvent: true,
        ...more,
      },
    });
  };
  const person = (employeeNoString: string) => ({ employeeNoString, name: `住户${employeeNoString}` });
  return {
    grantedByCard: (employee) =>
      report(codes.grantedByCard, { ...person(employee), cardNo: `88${employee}`, cardReaderNo: 1 }),
    grantedByFace: (employee) => report(codes.grantedByFace, { ...person(employee), cardReaderNo: 1 }),
    deniedUnknownCard: (cardNo) => report(codes.deniedUnknownCard, { cardNo, cardReaderNo: 1 }),
    exitButton: () => report(codes.exitButton),
    doorOpened: () => report(codes.doorOpened),
    doorClosed: () => report(codes.doorClosed),
    forced: () => report(codes.forced),
    heldOpen: () => report(codes.heldOpen),
    duress: (employee) => report(codes.duress, person(employee)),
    tamper: () => report(codes.tamper),
    event: (major, sub) => report([major, sub]),
    heartbeat: () => push({ ...header(), eventType: 'heartBeat', eventState: 'active' }),
    close: async () => {
      closed.abort();
      await last;
    },
  };
}

interface Posting {
  url: string;
  retryMs?: number;
  timeoutMs?: number;
  withPictures?: boolean;
  closed: AbortSignal;
}

/** False where the terminal was closed before the event was taken. */
async function postUntilTaken(event: object, posting: Posting): Promise<boolean> {
  while (!posting.closed.aborted) {
    if (await post(event, posting)) return true;
    await wait(posting.retryMs ?? 2000, undefined, { signal: posting.closed }).catch(() => undefined);
  }
  return false;
}

async function post(event: object, { url, timeoutMs, withPictures, closed }: Posting): Promise<boolean> {
  const text = JSON.stringify(event);
  const signal = AbortSignal.any([closed, AbortSignal.timeout(timeoutMs ?? 10_000)]);
  try {
    const response = await fetch(url, {
      method: 'POST',
      ...(withPictures
        ? { body: withPicture(text) }
        : { headers: { 'content-type': 'application/json' }, body: text }),
      signal,
    });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

function withPicture(event: string): FormData {
  const form = new FormData();
  form.set('event_log', event);
  form.set('Picture', new Blob([jpegOfNoise], { type: 'image/jpeg' }), 'Picture.jpg');
  return form;
}
