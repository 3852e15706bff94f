import type { LiveUpdate } from '#contracts/socket-events.ts';
import { demoCommunity } from '#simulators/community.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { type Percentiles, percentilesOf } from '#tests/bench/percentiles.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { accountForAlarms, pause } from '../account-for-alarms.ts';
import { type GoodGateways, type OfferedAlarm, openGoodGateways } from './good-gateways.ts';
import type { NoiseCounts, NoiseTarget, SenderName } from './senders.ts';
import { startSender } from './start-sender.ts';
import { type ProcessUse, watchProcesses } from './watch-processes.ts';

/** What a run of one kind of noise, or of several at once, came to. */
export interface NoiseResult {
  senders: readonly SenderName[];
  offered: number;
  /** Alarms that no page had, `patienceMs` after the noise ended. */
  unheard: number;
  /** From the gateway's device to a page's socket, ms. */
  toPage: Percentiles;
  /** From the gateway's device to the journal, ms. */
  toJournal: Percentiles;
  /** Pages that a person opened meanwhile, and what went wrong with those that did not open. */
  pages: { opened: number; refused: string[] };
  processes: ProcessUse[];
  noise: NoiseCounts;
}

/** What all runs together came to. */
export interface NoiseResults {
  runs: NoiseResult[];
  lost: string[];
  doubled: string[];
  keptData?: string;
}

/** What is run. */
export interface NoisePlan {
  /** One run each; an empty one is the baseline. */
  runs: readonly (readonly SenderName[])[];
  secondsEach: number;
  /**
   * Before the first run, with everybody noisy at once: a process takes memory for what it meets the first time, and
   * what is looked for is memory that goes on growing.
   */
  leadSeconds?: number;
  onRun?: (result: NoiseResult) => void;
}

const noisyGateway = 'gw-noisy';
const patienceMs = 15_000;
/** Pages that a person opens in a run. */
const pagesOpened = 6;
const settleMs = 2000;

/** Lets five good gateways raise alarms beside noise, one run after another, and accounts for every alarm. */
export async function runNoise({
  runs,
  secondsEach,
  leadSeconds = 0,
  onRun,
}: NoisePlan): Promise<NoiseResults> {
  const logBytes = new Map<string, number>();
  const underTest = await startPlatformUnderTest({
    onOutput: (name, chunk) => logBytes.set(name, (logBytes.get(name) ?? 0) + chunk.length),
  });
  let gateways: GoodGateways | undefined;
  try {
    gateways = await openGoodGateways(underTest);
    const target: NoiseTarget = {
      mqttPort: underTest.ports.tcpPort,
      wsPort: Number(underTest.platform.ready.broker.wsPort),
      pagesPort: Number(new URL(underTest.platform.url).port),
      community: demoCommunity,
      gateway: noisyGateway,
      password: await underTest.addGateway(noisyGateway),
    };
    const page = await underTest.openPage();
    const offered = new Set<string>();
    const done: NoiseResult[] = [];
    const leadSenders = [...new Set(runs.flat())];
    if (leadSeconds > 0) {
      await runOne({
        underTest,
        gateways,
        page,
        target,
        senders: leadSenders,
        secondsEach: leadSeconds,
        offered,
      });
    }
    for (const senders of runs) {
      const watching = watchProcesses(underTest.platform, (name) => logBytes.get(name) ?? 0);
      const result = await runOne({ underTest, gateways, page, target, senders, secondsEach, offered });
      done.push({ ...result, processes: watching.end() });
      onRun?.(done.at(-1) as NoiseResult);
      await pause(settleMs);
    }
    page.close();
    const codeOf = ({ body }: { body: { code?: string } }) =>
      body.code !== undefined && offered.has(body.code) ? body.code : undefined;
    const { lost, doubled, keptData } = await accountForAlarms(underTest, offered, codeOf);
    return { runs: done, lost, doubled, ...(keptData !== undefined && { keptData }) };
  } finally {
    await gateways?.close();
    await underTest.stop();
  }
}

interface OneRun {
  underTest: PlatformUnderTest;
  gateways: GoodGateways;
  page: PageClient;
  target: NoiseTarget;
  senders: readonly SenderName[];
  secondsEach: number;
  offered: Set<string>;
}

async function runOne(run: OneRun): Promise<Omit<NoiseResult, 'processes'>> {
  const { underTest, gateways, page, target, senders, secondsEach } = run;
  const waiting = new Map<string, OfferedAlarm>();
  const toPage: number[] = [];
  const toJournal: number[] = [];
  const hear = (update: LiveUpdate) => {
    if (update.type !== 'incident') return;
    const heardAt = performance.now();
    for (const { record, at } of update.timeline) {
      const alarm = record === undefined ? undefined : waiting.get(record);
      if (!alarm) continue;
      waiting.delete(alarm.record);
      toPage.push(heardAt - alarm.offeredAt);
      toJournal.push(at - performance.timeOrigin - alarm.offeredAt);
    }
  };
  const stopHearing = page.onUpdate(hear);
  const noisy = await Promise.all(senders.map((name) => startSender(name, target)));
  let alarms = 0;
  const endAlarms = gateways.begin((alarm) => {
    alarms += 1;
    run.offered.add(alarm.code);
    waiting.set(alarm.record, alarm);
  });
  const pages = await openPages(underTest, secondsEach * 1000);
  endAlarms();
  const noise: NoiseCounts = {};
  for (const sender of noisy) Object.assign(noise, prefixed(sender.name, await sender.stop()));
  for (const deadline = performance.now() + patienceMs; waiting.size > 0 && performance.now() < deadline; ) {
    await pause(50);
  }
  stopHearing();
  return {
    senders,
    offered: alarms,
    unheard: waiting.size,
    toPage: percentilesOf(toPage),
    toJournal: percentilesOf(toJournal),
    pages,
    noise,
  };
}

/** Opens a page as a person would, again and again, as long as the run lasts. */
async function openPages(underTest: PlatformUnderTest, forMs: number): Promise<NoiseResult['pages']> {
  const pages: NoiseResult['pages'] = { opened: 0, refused: [] };
  const everyMs = forMs / pagesOpened;
  const until = performance.now() + forMs;
  for (let next = until - forMs + everyMs / 2; next < until; next += everyMs) {
    await pause(Math.max(0, next - performance.now()));
    await underTest.openPage().then(
      async (page) => {
        pages.opened += 1;
        // A login has so many sessions at once: without signing out, the page that listens would be the oldest.
        await page.rest('DELETE', '/api/session').catch((error: Error) => pages.refused.push(error.message));
        page.close();
      },
      (error: Error) => pages.refused.push(error.message),
    );
  }
  await pause(Math.max(0, until - performance.now()));
  return pages;
}

function prefixed(name: SenderName, counts: NoiseCounts): NoiseCounts {
  return Object.fromEntries(Object.entries(counts).map(([what, count]) => [`${name}: ${what}`, count]));
}
