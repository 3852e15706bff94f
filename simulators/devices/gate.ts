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

/** An access control terminal that pushes its events over HTTP. Every event settles when it was taken. */
export interface GateTerminal {
  grantedByCard(employee: string): Promise<void>;
  grantedByFace(employee: string): Promise<void>;
  deniedUnknownCard(card: string): Promise<void>;
  exitButton(): Promise<void>;
  doorOpened(): Promise<void>;
  doorClosed(): Promise<void>;
  forced(): Promise<void>;
  heldOpen(): Promise<void>;
  duress(employee: string): Promise<void>;
  tamper(): Promise<void>;
  heartbeat(): Promise<void>;
  close(): Promise<void>;
}

const beijingOffsetMs = 8 * 3_600_000;

/** Creates a terminal; events go one after the other, each tried again until it is answered with 200. */
export function createGateTerminal(options: {
  /** Address set as the terminal's HTTP listening host. */
  url: string;
  /** 12 hexadecimal digits. */
  mac: string;
  doorNo: number;
  now: () => number;
  retryMs?: number;
  /** First serial number; a terminal counts on for as long as it lives. */
  firstSerial?: number;
}): GateTerminal {
  const closed = new AbortController();
  let serial = options.firstSerial ?? options.now() % 1_000_000_000;
  let last: Promise<void> = Promise.resolve();

  const push = (event: object) => {
    last = last.then(() => pushUntilTaken(options.url, event, options.retryMs ?? 2000, closed.signal));
    return last;
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
  const report = (what: keyof typeof codes, more: object = {}) => {
    const [majorEventType, subEventType] = codes[what];
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
        currentEvent: true,
        ...more,
      },
    });
  };
  return {
    grantedByCard: (employeeNoString) => report('grantedByCard', { employeeNoString, cardReaderNo: 1 }),
    grantedByFace: (employeeNoString) => report('grantedByFace', { employeeNoString, cardReaderNo: 1 }),
    deniedUnknownCard: (cardNo) => report('deniedUnknownCard', { cardNo, cardReaderNo: 1 }),
    exitButton: () => report('exitButton'),
    doorOpened: () => report('doorOpened'),
    doorClosed: () => report('doorClosed'),
    forced: () => report('forced'),
    heldOpen: () => report('heldOpen'),
    duress: (employeeNoString) => report('duress', { employeeNoString }),
    tamper: () => report('tamper'),
    heartbeat: () => push({ ...header(), eventType: 'heartBeat', eventState: 'active' }),
    close: async () => {
      closed.abort();
      await last.catch(() => undefined);
    },
  };
}

async function pushUntilTaken(
  url: string,
  event: object,
  retryMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
      signal,
    }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, retryMs);
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
