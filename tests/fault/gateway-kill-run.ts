import { provisionCommunity } from '#provisioning/prepare.ts';
import { createDemoPlan, demoGateway } from '#simulators/community.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { accountForAlarms, pause } from './account-for-alarms.ts';
import { type AlarmSource, openAlarmSources, webhookDevices, webhookSecret } from './alarm-sources.ts';
import type { KillResult, NameOfAlarm } from './kill-result.ts';

/** Both agents: on site for panels, gates, Zigbee and webhooks, hosted for watches. */
const killed = ['edge', 'edge-hosted'] as const;

/** What a run does. */
export interface GatewayKillPlan {
  /** Kills of each agent. */
  kills: number;
  /** Alarms of each source at least; they flow for as long as agents are killed. */
  alarms: number;
  /** Time between two alarms of one source. */
  paceMs: number;
  /** Longest time an agent is left alone once it is ready. */
  longestLifeMs: number;
  random: () => number;
}

/** Lets every protocol raise numbered alarms while the agents are ended with SIGKILL, then counts. */
export async function runGatewayKills(
  plan: GatewayKillPlan,
): Promise<KillResult & { bySource: Record<string, number> }> {
  const underTest = await startPlatformUnderTest({ env: { EDGE_HTTP_SECRET: webhookSecret } });
  const sources: AlarmSource[] = [];
  try {
    await registerWebhookDevices(underTest);
    sources.push(...openAlarmSources(underTest));
    let killing = true;
    const offered = new Set<string>();
    const bySource: Record<string, number> = {};
    let answered = 0;
    const flows = sources.map((source) =>
      flow(source, plan, {
        isOver: (number) => !killing && number >= plan.alarms,
        onOffered: (name) => {
          offered.add(name);
          bySource[source.name] = (bySource[source.name] ?? 0) + 1;
        },
        onAnswered: () => {
          answered += 1;
        },
      }),
    );
    const kills = await Promise.all(killed.map((name) => killAtRandom(underTest, name, plan)));
    killing = false;
    await Promise.all(flows);
    const accounts = await accountForAlarms(underTest, offered, nameOfAlarm);
    return {
      ...accounts,
      offered: offered.size,
      answered,
      kills: Object.fromEntries(killed.map((name, index) => [name, kills[index] ?? 0])),
      bySource,
    };
  } finally {
    for (const source of sources) await source.close();
    await underTest.stop();
  }
}

/** Raises alarms one after another, each with a second of its own, and waits where its device is busy. */
async function flow(
  source: AlarmSource,
  plan: GatewayKillPlan,
  run: { isOver(number: number): boolean; onOffered(name: string): void; onAnswered(): void },
): Promise<void> {
  const underWay = new Map<number, Promise<void>>();
  let last = 0;
  for (let number = 0; !run.isOver(number); number += 1) {
    await pause(plan.paceMs * (0.5 + plan.random()));
    const device = number % source.devices;
    await underWay.get(device);
    last = Math.max(last + 1000, Math.floor(Date.now() / 1000) * 1000);
    run.onOffered(nameOf(source.name, last));
    underWay.set(device, source.raise(number, last).then(run.onAnswered));
  }
  await Promise.all(underWay.values());
}

async function killAtRandom(
  { platform }: PlatformUnderTest,
  name: (typeof killed)[number],
  plan: GatewayKillPlan,
): Promise<number> {
  const process = platform.processes[name];
  if (!process) throw new Error(`${name} is not running`);
  let kills = 0;
  while (kills < plan.kills) {
    await pause(plan.longestLifeMs * plan.random());
    const back = process.nextReady();
    process.kill('SIGKILL');
    kills += 1;
    await back;
  }
  return kills;
}

async function registerWebhookDevices({ dataDir }: PlatformUnderTest): Promise<void> {
  const community = createDemoPlan();
  for (const id of webhookDevices) {
    const address = `http:${id}`;
    community.devices.push({ id, gateway: demoGateway, address, class: 'gas-detector', name: '一氧化碳' });
  }
  await provisionCommunity(dataDir, community);
}

/** A source is named as its protocol is in addresses. */
const nameOfAlarm: NameOfAlarm = ({ address, observedAt = 0 }) =>
  nameOf(address.split(':')[0] ?? '', observedAt);

function nameOf(source: string, at: number): string {
  return `${source} at ${new Date(at).toISOString()}`;
}
