import type { ProcessName } from '#provisioning/own-environment.ts';
import { watchId } from '#simulators/community.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { accountForAlarms, pause } from './account-for-alarms.ts';
import type { KillResult, NameOfAlarm } from './kill-result.ts';

/** Processes that a run ends at random moments; each at least once. */
const killed = [
  'broker',
  'ingest',
  'dispatch',
  'dashboard',
  'edge',
  'edge-hosted',
] as const satisfies ProcessName[];

/** Alarm bits in turn: SOS, fall, vital signs, watch taken off. */
const alarmBits = [0x0001_0000, 0x0020_0000, 0x0040_0000, 0x0010_0000];
/** Between two alarms of a watch by its own clock: the same kind comes round again after over a minute. */
const deviceStepMs = 16_000;

/** What a run offers. */
export interface KillPlan {
  alarms: number;
  watches: number;
  kills: number;
  /** Time between two alarms of one watch. */
  paceMs: number;
  random: () => number;
}

/** Lets numbered alarms flow from watches while processes are ended with SIGKILL, then counts. */
export async function runKills(plan: KillPlan): Promise<KillResult> {
  const underTest = await startPlatformUnderTest();
  try {
    const offered = new Set<string>();
    let answered = 0;
    const startedAt = Date.now();
    const behindMs = ((plan.alarms / plan.watches) * (deviceStepMs - plan.paceMs)) / 2;
    const watches = Array.from({ length: plan.watches }, (_, index) =>
      connectWatch({
        id: watchId(index),
        host: '127.0.0.1',
        port: underTest.ports.watch3gPort,
        now: Date.now,
        reconnectMs: 200,
        resendMs: 1000,
      }),
    );
    const flow = watches.map(async (watch, index) => {
      for (let number = index, round = 0; number < plan.alarms; number += plan.watches, round += 1) {
        await pause(plan.paceMs * (0.5 + plan.random()));
        // Around the gateway's time, because a watch that is 10 minutes off is known by arrival instead.
        const at = startedAt + round * deviceStepMs - behindMs;
        const bits = alarmBits[round % alarmBits.length] as number;
        offered.add(nameOf(watchId(index), Math.floor(at / 1000) * 1000));
        await watch.raise(bits, at);
        answered += 1;
      }
    });
    const kills = await killAtRandom(underTest, plan, Promise.all(flow));
    await Promise.all(flow);
    for (const watch of watches) await watch.close();

    const accounts = await accountForAlarms(underTest, offered, nameOfAlarm);
    return { ...accounts, offered: offered.size, answered, kills };
  } finally {
    await underTest.stop();
  }
}

async function killAtRandom(
  { platform }: PlatformUnderTest,
  plan: KillPlan,
  flow: Promise<unknown>,
): Promise<Record<string, number>> {
  const kills: Record<string, number> = {};
  let flowing = true;
  const ended = flow.finally(() => {
    flowing = false;
  });
  ended.catch(() => undefined);
  const everyMs = (plan.paceMs * plan.alarms) / plan.watches / plan.kills;
  for (let kill = 0; kill < plan.kills; kill++) {
    if (flowing) await pause(everyMs * (0.4 + plan.random()));
    const name = killed[kill % killed.length] as ProcessName;
    const process = platform.processes[name];
    if (!process) throw new Error(`${name} is not running`);
    const back = process.nextReady();
    process.kill('SIGKILL');
    kills[name] = (kills[name] ?? 0) + 1;
    await back;
  }
  return kills;
}

const nameOfAlarm: NameOfAlarm = ({ address, observedAt = 0 }) =>
  nameOf(address.replace('watch-3g:', ''), observedAt);

function nameOf(watch: string, observedAt: number): string {
  return `${watch} at ${new Date(observedAt).toISOString()}`;
}
