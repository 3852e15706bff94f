import type { LiveUpdate } from '#contracts/socket-events.ts';
import { demoCommunity, watchId } from '#simulators/community.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { loadAddresses, runLoadGateway } from '#simulators/load-gateway.ts';
import type { PageClient } from '#simulators/page-client.ts';
import type { PlatformUnderTest } from '#tests/platform-under-test.ts';

/** Alarms a watch can raise: the bit it sets, by the kind it is journalled as. */
const alarmBits = { sos: 0x0001_0000, fall: 0x0020_0000 } as const;

/** How many alarms go how fast, from how many watches, and what runs beside them. */
export interface AlarmFlowPlan {
  alarms: number;
  /** Sent before those that are measured. */
  warmupAlarms: number;
  alarmsPerSecond: number;
  watches: number;
  readingsPerSecond: number;
}

/** One measured alarm: when its first byte left, when a page's socket had it, and where it stands. */
export interface MeasuredAlarm {
  /** `performance.now()`. */
  sentAt: number;
  heardAt: number;
  /** When ingest had it on disk, on the same scale; to a millisecond. */
  journalledAt: number;
  incident: string;
  /** Identity of its record. */
  record: string;
  /** Alarms on the incident with this one. */
  alarms: number;
}

/** How long the last alarms may take after all were sent, ms. */
const patienceMs = 10_000;
/** Between two presses of a watch by its own clock, so that each is an alarm of its own, ms. */
const deviceStepMs = 61_000;
/** How far before now the first press lies by the watch: a watch 10 minutes off would be known by arrival. */
const beginsBeforeMs = 400_000;

/**
 * Sends alarms from watches at an even open-loop rate, whatever the platform does, with readings beside them,
 * and waits until a page's socket has heard each.
 *
 * @throws {Error} where alarms did not reach the page in time.
 */
export async function flowAlarms(
  underTest: PlatformUnderTest,
  plan: AlarmFlowPlan,
  kind: keyof typeof alarmBits,
): Promise<MeasuredAlarm[]> {
  const page = await underTest.openPage();
  const sent = new Map<string, { sentAt: number; isMeasured: boolean }>();
  const measured: MeasuredAlarm[] = [];
  page.onUpdate((update: LiveUpdate) => {
    if (update.type !== 'incident') return;
    const heardAt = performance.now();
    const { id, alarmCount, place } = update.incident;
    for (const { type, kind: lineKind, observedAt, at, record = '' } of update.timeline) {
      const name = `${place.dwelling} ${observedAt}`;
      const press = sent.get(name);
      if (type !== 'alarm' || lineKind !== kind || !press) continue;
      sent.delete(name);
      if (!press.isMeasured) continue;
      const journalledAt = at - performance.timeOrigin;
      measured.push({
        ...{ sentAt: press.sentAt, heardAt, journalledAt },
        ...{ incident: id, record, alarms: alarmCount },
      });
    }
  });

  const dwellings = await dwellingsOf(page);
  const stopLoad = new AbortController();
  const load = loadBeside(underTest, plan, stopLoad.signal);
  const watches = Array.from({ length: plan.watches }, (_, index) =>
    connectWatch({ id: watchId(index), host: '127.0.0.1', port: underTest.ports.watch3gPort, now: Date.now }),
  );
  // Each flow has seconds of its own: a press of a second that was reported before is a repeat.
  flows += 1;
  const beginsAt = Math.floor((Date.now() - beginsBeforeMs) / deviceStepMs) * deviceStepMs + flows * 1000;
  await openLoop(plan.warmupAlarms + plan.alarms, plan.alarmsPerSecond, (number) => {
    const index = number % plan.watches;
    const observedAt = beginsAt + Math.floor(number / plan.watches) * deviceStepMs;
    sent.set(`${dwellings.get(`watch-${index + 1}`)} ${observedAt}`, {
      sentAt: performance.now(),
      isMeasured: number >= plan.warmupAlarms,
    });
    void watches[index]?.raise(alarmBits[kind], observedAt);
  });
  const deadline = performance.now() + patienceMs;
  while (sent.size > 0 && performance.now() < deadline) await pause(50);
  stopLoad.abort();
  await load;
  for (const watch of watches) await watch.close();
  page.close();
  if (sent.size > 0) {
    throw new Error(`${sent.size} alarms did not reach the page within ${patienceMs / 1000} s`);
  }
  return measured;
}

let flows = 0;
let loads = 0;

async function loadBeside(underTest: PlatformUnderTest, plan: AlarmFlowPlan, signal: AbortSignal) {
  if (plan.readingsPerSecond === 0) return undefined;
  const gateway = `gw-load-${crypto.randomUUID().slice(0, 8)}`;
  // Each load of a run has watches of its own: a gateway speaks for its own devices.
  loads += 1;
  const addresses = loadAddresses(plan.watches, loads % 10);
  return runLoadGateway(
    {
      brokerUrl: `mqtt://127.0.0.1:${underTest.ports.tcpPort}`,
      username: `${demoCommunity}.${gateway}`,
      password: await underTest.addGateway(gateway, addresses),
      community: demoCommunity,
      gateway,
      addresses,
      batch: 200,
      total: Number.MAX_SAFE_INTEGER,
      ratePerSecond: plan.readingsPerSecond,
    },
    signal,
  );
}

async function dwellingsOf(page: PageClient): Promise<Map<string, string | undefined>> {
  const { devices } = await page.rest<{ devices: { id: string; dwelling?: string }[] }>(
    'GET',
    '/api/devices',
  );
  return new Map(devices.map(({ id, dwelling }) => [id, dwelling]));
}

/** Acts `count` times at an even rate that does not wait for what the acts lead to. */
export async function openLoop(
  count: number,
  perSecond: number,
  act: (number: number) => void,
): Promise<void> {
  const startedAt = performance.now();
  for (let number = 0; number < count; number++) {
    const waitMs = startedAt + (number * 1000) / perSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    act(number);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
