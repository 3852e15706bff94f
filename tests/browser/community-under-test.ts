import { resolve } from 'node:path';
import { bundledLibrariesFlags } from '#provisioning/bundle-libraries.ts';
import { makeAccount } from '#provisioning/make-account.ts';
import { provisionCommunity, registryFile } from '#provisioning/prepare.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { createSecret, gatewayUsername } from '#registry/credentials.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import { type SupervisedProcess, supervise } from '#runtime/supervisor.ts';
import { createDemoPlan, type DemoLogin, demoAccounts, demoGateway } from '#simulators/community.ts';
import { openPageClient, type PageClient } from '#simulators/page-client.ts';
import type { DeviceAddresses } from '#simulators/scenarios/scenario.ts';
import { askShared } from './shared.ts';

const root = resolve(import.meta.dirname, '../..');

/** The simulated community once more, under an id of its own, on the platform that all test files share. */
export interface CommunityUnderTest {
  id: string;
  /** Of the pages. */
  url: string;
  brokerUrl: string;
  /** The one gateway of all its devices, whose agent speaks every protocol. */
  gateway: string;
  /** Where its devices connect. */
  devices: DeviceAddresses;
  /** Secrets of its gateways by user name. */
  gatewaySecrets: Record<string, string>;
  /** What one of its people signs in with. */
  accountOf(login: DemoLogin): { login: string; password: string };
  openPage(login: DemoLogin): Promise<PageClient>;
  /** Kills the platform's dashboard; settles when it is back. */
  restartDashboard(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Makes a community for a test file, and starts its agent.
 *
 * @param id Of the community; no two files may use the same.
 * @param agentEnv Settings of its agent.
 */
export async function startCommunityUnderTest(
  id: string,
  agentEnv: Record<string, string> = {},
): Promise<CommunityUnderTest> {
  const { url, brokerUrl, dataDir, password } = await askShared('platform');
  const { newSecrets } = await provisionCommunity(dataDir, planOf(id));
  const accountOf = (login: DemoLogin) => ({ login: `${id}-${login}`, password });
  const db = openRegistryTables(registryFile(dataDir));
  for (const [login, person] of Object.entries(demoAccounts))
    await makeAccount(db, { community: id, person, ...accountOf(login as DemoLogin) });
  await db.destroy();

  const secrets = { gate: createSecret(), zigbee: createSecret() };
  const agent = startAgent({
    EDGE_DATA_DIR: dataDir,
    EDGE_COMMUNITY: id,
    EDGE_GATEWAY: demoGateway,
    EDGE_BROKER_URL: brokerUrl,
    EDGE_PASSWORD: newSecrets[gatewayUsername(id, demoGateway)] ?? '',
    EDGE_HIKVISION_TOKEN: secrets.gate,
    EDGE_ZIGBEE2MQTT_PASSWORD: secrets.zigbee,
    ...agentEnv,
  });
  const ready = await agent.ready;
  return {
    id,
    url,
    brokerUrl,
    gateway: demoGateway,
    devices: {
      watch3gPort: Number(ready.watch3gPort),
      gb26875Port: Number(ready.gb26875Port),
      gateUrl: `http://127.0.0.1:${ready.hikvisionPort}/isapi/${secrets.gate}`,
      zigbee: { port: Number(ready.zigbee2mqttPort), password: secrets.zigbee },
    },
    gatewaySecrets: newSecrets,
    accountOf,
    openPage: (login) => openPageClient({ url, ...accountOf(login) }),
    restartDashboard: async () => void (await askShared('restarted-dashboard')),
    stop: agent.stop,
  };
}

/** All devices speak to one gateway, so that one agent is enough. */
function planOf(id: string): CommunityPlan {
  const plan = createDemoPlan();
  return {
    ...plan,
    community: { ...plan.community, id },
    devices: plan.devices.map((device) => ({ ...device, gateway: demoGateway })),
  };
}

function startAgent(env: Record<string, string>): SupervisedProcess {
  const ports = ['HEALTH', 'WATCH3G', 'GB26875', 'HIKVISION', 'ZIGBEE2MQTT', 'HTTP'];
  return supervise({
    name: `edge of ${env.EDGE_COMMUNITY}`,
    file: resolve(root, 'edge/main.ts'),
    flags: bundledLibrariesFlags(root),
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      ...Object.fromEntries(ports.map((port) => [`EDGE_${port}_PORT`, '0'])),
      ...env,
    },
  });
}
