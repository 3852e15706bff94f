import { join } from 'node:path';
import { type ProcessPlan, type Ready, type SupervisedProcess, supervise } from '#runtime/supervisor.ts';
import { demoCommunity, demoGateway } from '#simulators/community.ts';
import type { DeviceAddresses } from '#simulators/scenarios.ts';
import type { Secrets } from './secrets.ts';

/** Names of the platform's processes, in the order the first start takes. */
export const processNames = [
  'broker',
  'ingest',
  'dispatch',
  'dashboard',
  'edge',
  'node-red',
  'simulators',
] as const;
export type ProcessName = (typeof processNames)[number];

/** One machine's platform. */
export interface Platform {
  processes: Record<ProcessName, SupervisedProcess | undefined>;
  /** What each process told when it was ready. */
  ready: Record<ProcessName, Ready>;
  /** Where devices connect. */
  devices: DeviceAddresses;
  /** Address of the pages. */
  url: string;
  stop(): Promise<void>;
}

/** What a platform is started with. */
export interface PlatformOptions {
  root: string;
  dataDir: string;
  secrets: Secrets;
  /** Environment all processes get; a port or limit set here wins. */
  env: Record<string, string | undefined>;
  /** `default`: the documented ports. `any`: free ones, for tests beside one another. */
  ports: 'default' | 'any';
  /** Where ingest writes, as `STORE_…` settings. */
  store: Record<string, string>;
  /** Leaves out the simulated community, for those who bring devices of their own. */
  withoutSimulators?: boolean;
  onOutput?: (name: string, chunk: Buffer) => void;
  onExit?: (name: string, reason: string) => void;
}

/** Starts one of each process on this machine and keeps them running. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const processes = {} as Platform['processes'];
  const ready = {} as Platform['ready'];
  const run = async (name: ProcessName, settings: Record<string, string>, pins: Record<string, string>) => {
    const anyPort = Object.fromEntries(Object.values(pins).map((variable) => [variable, '0']));
    const plan: ProcessPlan = {
      name,
      file: join(options.root, name === 'node-red' ? 'edge/node-red' : name, 'main.ts'),
      env: {
        ...settings,
        ...(options.ports === 'any' && anyPort),
        ...(Object.fromEntries(
          Object.entries(options.env).filter(([, value]) => value !== undefined),
        ) as Record<string, string>),
      },
      pins,
    };
    const process = supervise(plan, options);
    processes[name] = process;
    ready[name] = await process.ready;
  };
  const stop = async () => {
    // The other way round: devices and gateways first, so that nothing is sent that nobody would journal.
    for (const name of processNames.toReversed()) await processes[name]?.stop();
  };

  const { dataDir, secrets } = options;
  const withFlows = options.env.EDGE_NODE_RED_ENABLED === 'true';
  try {
    await run(
      'broker',
      { BROKER_DATA_DIR: dataDir },
      { tcpPort: 'BROKER_TCP_PORT', wsPort: 'BROKER_WS_PORT', healthPort: 'BROKER_HEALTH_PORT' },
    );
    const brokerUrl = `mqtt://127.0.0.1:${ready.broker.tcpPort}`;
    const gateway = `${demoCommunity}.${demoGateway}`;
    await Promise.all([
      run(
        'ingest',
        {
          INGEST_DATA_DIR: dataDir,
          INGEST_BROKER_URL: brokerUrl,
          INGEST_PASSWORD: secrets.services.ingest ?? '',
          WARNING_DATA_DIR: dataDir,
          WARNING_BROKER_URL: brokerUrl,
          WARNING_PASSWORD: secrets.services.warning ?? '',
          STORE_DATA_DIR: dataDir,
          ...options.store,
        },
        { healthPort: 'INGEST_HEALTH_PORT' },
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
      run(
        'edge',
        {
          EDGE_DATA_DIR: dataDir,
          EDGE_COMMUNITY: demoCommunity,
          EDGE_GATEWAY: demoGateway,
          EDGE_BROKER_URL: brokerUrl,
          EDGE_PASSWORD: secrets.gateways[gateway] ?? '',
          EDGE_HIKVISION_TOKEN: secrets.gateToken,
          EDGE_ZIGBEE2MQTT_PASSWORD: secrets.zigbeePassword,
          ...(withFlows && { EDGE_FLOW_TOKEN: secrets.flows.feedToken }),
        },
        {
          healthPort: 'EDGE_HEALTH_PORT',
          watch3gPort: 'EDGE_WATCH3G_PORT',
          gb26875Port: 'EDGE_GB26875_PORT',
          hikvisionPort: 'EDGE_HIKVISION_PORT',
          zigbee2mqttPort: 'EDGE_ZIGBEE2MQTT_PORT',
          httpPort: 'EDGE_HTTP_PORT',
          ...(withFlows && { flowPort: 'EDGE_FLOW_PORT' }),
        },
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
        DASHBOARD_SESSION_SECRET: secrets.sessionSecret,
      },
      { port: 'DASHBOARD_PORT', healthPort: 'DASHBOARD_HEALTH_PORT' },
    );
    if (withFlows) {
      await run(
        'node-red',
        {
          EDGE_NODE_RED_GATEWAY: demoGateway,
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
      watch3gPort: Number(ready.edge.watch3gPort),
      gb26875Port: Number(ready.edge.gb26875Port),
      gateUrl: `http://127.0.0.1:${ready.edge.hikvisionPort}/isapi/${secrets.gateToken}`,
      zigbee: { port: Number(ready.edge.zigbee2mqttPort), password: secrets.zigbeePassword },
    };
    if (!options.withoutSimulators) {
      await run(
        'simulators',
        {
          SIMULATORS_WATCH3G_PORT: String(devices.watch3gPort),
          SIMULATORS_GB26875_PORT: String(devices.gb26875Port),
          SIMULATORS_GATE_URL: devices.gateUrl,
        },
        {},
      );
    }
    return { processes, ready, devices, url: `http://127.0.0.1:${ready.dashboard.port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
