import { join } from 'node:path';
import { gatewayUsername } from '#registry/credentials.ts';
import { findFreePort } from '#runtime/free-port.ts';
import { type ProcessPlan, type Ready, type SupervisedProcess, supervise } from '#runtime/supervisor.ts';
import { demoCommunity, demoGateway, gateCount, hostedGateway } from '#simulators/community.ts';
import { defaultDoorPort } from '#simulators/config.ts';
import type { DeviceAddresses } from '#simulators/scenarios/scenario.ts';
import { bundledLibrariesFlags, compileCache } from './bundle-libraries.ts';
import { edgeDefaults, edgeEnvironment } from './edge-environment.ts';
import { writeTerminals } from './gate-terminals.ts';
import { nodeFlags } from './node-flags.ts';
import { ownEnvironment, type ProcessName, processNames } from './own-environment.ts';
import type { Secrets } from './secrets.ts';

/** Folder of a process's `main.ts`, where its name is not that of the process. */
const folders: Partial<Record<ProcessName, string>> = { 'edge-hosted': 'edge', 'node-red': 'edge/node-red' };

/** One machine's platform. */
export interface Platform {
  processes: Record<ProcessName, SupervisedProcess | undefined>;
  /** What each process reported when it was ready; missing for one that was not started. */
  ready: Record<ProcessName, Ready>;
  /** Where devices connect; ports of an agent that is not on this machine are NaN. */
  devices: DeviceAddresses;
  /** Where gateways connect. */
  brokerUrl: string;
  /** Address of the pages. */
  url: string;
  stop(): Promise<void>;
}

/** A community with the gateways whose agents run on this machine. */
export interface LocalCommunity {
  id: string;
  /** Of wired and nearby devices; runs every protocol where there is no hosted one. */
  site?: string | undefined;
  /** Of devices on the mobile network. */
  hosted?: string | undefined;
}

const demo: LocalCommunity = { id: demoCommunity, site: demoGateway, hosted: hostedGateway };

/** Options of a platform. */
export interface PlatformOptions {
  root: string;
  dataDir: string;
  secrets: Secrets;
  /** Environment of which each process gets its own settings; a port or limit set here wins. */
  env: Record<string, string | undefined>;
  /** Variables for every process, whatever their names: for tools that observe processes from inside. */
  extraEnv?: Record<string, string>;
  /** `default`: the documented ports. `any`: free ones, for tests beside one another. */
  ports: 'default' | 'any';
  /** Where ingest writes, as `STORE_…` settings. */
  store: Record<string, string>;
  /** Whose agents are started; those of the simulated community where it is left out. */
  community?: LocalCommunity;
  /** Starts no simulators, for real devices. */
  withoutSimulators?: boolean;
  onOutput?: (name: string, chunk: Buffer) => void;
  onExit?: (name: string, reason: string) => void;
}

/** Starts one of each process on this machine and keeps them running. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const processes = {} as Platform['processes'];
  const ready = {} as Platform['ready'];
  const given = Object.fromEntries(
    Object.entries(options.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const { id: community, site, hosted } = options.community ?? demo;
  const isAlone = hosted === undefined;
  const flags = bundledLibrariesFlags(options.root);
  const run = async (
    name: ProcessName,
    settings: Record<string, string>,
    pins: Record<string, string>,
    fixed: Record<string, string> = {},
  ) => {
    const anyPort = Object.fromEntries(Object.values(pins).map((variable) => [variable, '0']));
    const share = ownEnvironment(name, given);
    const own = name === 'edge' || name === 'edge-hosted' ? edgeEnvironment(name, share, { isAlone }) : share;
    const plan: ProcessPlan = {
      name,
      file: join(options.root, folders[name] ?? name, 'main.ts'),
      flags: [...flags, ...(nodeFlags[name] ?? [])],
      env: {
        NODE_COMPILE_CACHE: compileCache(options.root),
        ...withoutGivenAsFile(settings, own),
        ...(options.ports === 'any' && anyPort),
        ...own,
        ...options.extraEnv,
        ...fixed,
      },
      pins,
    };
    const process = supervise(plan, options);
    processes[name] = process;
    ready[name] = await process.ready;
  };
  const stop = async () => {
    // In reverse order: devices and gateways first, so that nothing is sent that would not be journalled.
    for (const name of processNames.toReversed()) await processes[name]?.stop();
  };

  const { dataDir, secrets } = options;
  const withFlows = options.env.EDGE_NODE_RED_ENABLED === 'true' && site !== undefined;
  try {
    // The agent reads the addresses of doors before the simulators listen there.
    const doorPort = await doorPortOf(options);
    const terminals = {
      dataDir,
      gates: gateCount,
      port: doorPort,
      password: secrets.doorPassword,
    };
    await run(
      'broker',
      { BROKER_DATA_DIR: dataDir },
      { tcpPort: 'BROKER_TCP_PORT', wsPort: 'BROKER_WS_PORT', healthPort: 'BROKER_HEALTH_PORT' },
    );
    const brokerUrl = `mqtt://127.0.0.1:${ready.broker.tcpPort}`;
    const agent = (gateway: string) => ({
      EDGE_DATA_DIR: dataDir,
      EDGE_COMMUNITY: community,
      EDGE_GATEWAY: gateway,
      EDGE_BROKER_URL: brokerUrl,
      EDGE_PASSWORD: secrets.gateways[gatewayUsername(community, gateway)] ?? '',
    });
    await Promise.all([
      run(
        'ingest',
        {
          INGEST_DATA_DIR: dataDir,
          INGEST_BROKER_URL: brokerUrl,
          INGEST_PASSWORD: secrets.services.ingest ?? '',
          INGEST_TOKEN: secrets.ingestToken,
          WARNING_DATA_DIR: dataDir,
          WARNING_BROKER_URL: brokerUrl,
          WARNING_PASSWORD: secrets.services.warning ?? '',
          STORE_DATA_DIR: dataDir,
          ...options.store,
        },
        { port: 'INGEST_PORT', healthPort: 'INGEST_HEALTH_PORT' },
      ),
      run(
        'dispatch',
        {
          DISPATCH_DATA_DIR: dataDir,
          DISPATCH_BROKER_URL: brokerUrl,
          DISPATCH_PASSWORD: secrets.services.dispatch ?? '',
          DISPATCH_TOKEN: secrets.dispatchToken,
        },
        { port: 'DISPATCH_PORT', healthPort: 'DISPATCH_HEALTH_PORT' },
      ),
      site !== undefined &&
        run(
          'edge',
          {
            ...(!isAlone && edgeDefaults.edge),
            ...agent(site),
            EDGE_HIKVISION_TOKEN: secrets.gateToken,
            EDGE_ZIGBEE2MQTT_PASSWORD: secrets.zigbeePassword,
            ...(!options.withoutSimulators && { EDGE_HIKVISION_TERMINALS_FILE: writeTerminals(terminals) }),
            ...(withFlows && { EDGE_FLOW_TOKEN: secrets.flows.feedToken }),
          },
          {
            healthPort: 'EDGE_HEALTH_PORT',
            gb26875Port: 'EDGE_GB26875_PORT',
            hikvisionPort: 'EDGE_HIKVISION_PORT',
            zigbee2mqttPort: 'EDGE_ZIGBEE2MQTT_PORT',
            httpPort: 'EDGE_HTTP_PORT',
            ...(isAlone && { watch3gPort: 'EDGE_WATCH3G_PORT' }),
            ...(withFlows && { flowPort: 'EDGE_FLOW_PORT' }),
          },
        ),
      hosted !== undefined &&
        run(
          'edge-hosted',
          { ...edgeDefaults['edge-hosted'], ...agent(hosted) },
          { healthPort: 'EDGE_HEALTH_PORT', watch3gPort: 'EDGE_WATCH3G_PORT' },
        ),
    ]);
    await run(
      'dashboard',
      {
        DASHBOARD_DATA_DIR: dataDir,
        DASHBOARD_BROKER_URL: brokerUrl,
        DASHBOARD_PASSWORD: secrets.services.dashboard ?? '',
        DASHBOARD_DISPATCH_URL: `http://127.0.0.1:${ready.dispatch.port}`,
        DASHBOARD_DISPATCH_TOKEN: secrets.dispatchToken,
        DASHBOARD_INGEST_URL: `http://127.0.0.1:${ready.ingest.port}`,
        DASHBOARD_INGEST_TOKEN: secrets.ingestToken,
        DASHBOARD_SESSION_SECRET: secrets.sessionSecret,
        STORE_DATA_DIR: dataDir,
        ...options.store,
      },
      { port: 'DASHBOARD_PORT', healthPort: 'DASHBOARD_HEALTH_PORT' },
    );
    if (withFlows && site !== undefined) {
      await run(
        'node-red',
        {
          EDGE_NODE_RED_COMMUNITY: community,
          EDGE_NODE_RED_GATEWAY: site,
          EDGE_NODE_RED_DATA_DIR: dataDir,
          EDGE_NODE_RED_PASSWORD: secrets.flows.password,
          EDGE_NODE_RED_CREDENTIAL_SECRET: secrets.flows.credentialSecret,
          EDGE_NODE_RED_FEED_URL: `http://127.0.0.1:${ready.edge.flowPort}`,
          EDGE_NODE_RED_FEED_TOKEN: secrets.flows.feedToken,
        },
        { port: 'EDGE_NODE_RED_PORT', healthPort: 'EDGE_NODE_RED_HEALTH_PORT' },
      );
    }
    const devices: DeviceAddresses = {
      watch3gPort: Number((ready['edge-hosted'] ?? ready.edge)?.watch3gPort),
      gb26875Port: Number(ready.edge?.gb26875Port),
      gateUrl: `http://127.0.0.1:${ready.edge?.hikvisionPort}/isapi/${secrets.gateToken}`,
      zigbee: { port: Number(ready.edge?.zigbee2mqttPort), password: secrets.zigbeePassword },
    };
    if (!options.withoutSimulators) {
      await run(
        'simulators',
        {
          SIMULATORS_WATCH3G_PORT: String(devices.watch3gPort),
          SIMULATORS_GB26875_PORT: String(devices.gb26875Port),
          SIMULATORS_GATE_URL: devices.gateUrl,
          SIMULATORS_ZIGBEE_PORT: String(devices.zigbee.port),
          SIMULATORS_ZIGBEE_PASSWORD: devices.zigbee.password,
          SIMULATORS_DOOR_PASSWORD: secrets.doorPassword,
        },
        {},
        { SIMULATORS_DOOR_PORT: String(doorPort) },
      );
    }
    return { processes, ready, devices, brokerUrl, url: `http://127.0.0.1:${ready.dashboard.port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A setting given by the platform is dropped where its `_FILE` is set: both together are refused. */
function withoutGivenAsFile(
  settings: Record<string, string>,
  given: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).filter(([variable]) => given[`${variable}_FILE`] === undefined),
  );
}

async function doorPortOf({ env, ports }: PlatformOptions): Promise<number> {
  const given = Number(env.SIMULATORS_DOOR_PORT ?? (ports === 'any' ? 0 : defaultDoorPort));
  return given === 0 ? await findFreePort() : given;
}
