import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type LocalCommunity, type Platform, startPlatform } from '#provisioning/platform.ts';
import { registryFile } from '#provisioning/prepare.ts';
import type { Secrets } from '#provisioning/secrets.ts';
import { createSecret, setSecret } from '#registry/credentials.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import { demoCommunity } from '#simulators/community.ts';
import { openPageClient, type PageClient } from '#simulators/page-client.ts';
import { prepareDemoFolder } from './support/demo-folder.ts';

/** The whole platform as real processes, in a folder and on ports of its own. */
export interface PlatformUnderTest {
  platform: Platform;
  dataDir: string;
  secrets: Secrets;
  /** Ports that devices, and foreign MQTT clients, connect to. */
  ports: { watch3gPort: number; gb26875Port: number; tcpPort: number };
  openPage(): Promise<PageClient>;
  /** Registers a further gateway, with watches of its own at these addresses, and returns its secret. */
  addGateway(id: string, addresses?: readonly string[]): Promise<string>;
  /** The last output of a process, for a failure's message. */
  outputOf(name: string): string;
  /** From now on `stop` leaves the folder, and each process's last output in it, for a person to look at. */
  keepData(): void;
  stop(): Promise<void>;
}

const keptOutputBytes = 200_000;

/** Starts a platform for a test; `stop` ends every process and removes the folder. */
export async function startPlatformUnderTest(
  options: {
    env?: Record<string, string>;
    /** What every process gets, whatever its name. */
    extraEnv?: Record<string, string>;
    store?: Record<string, string>;
    withSimulators?: boolean;
    /** Whose agents are started; those of the simulated community where it is left out. */
    community?: LocalCommunity;
    onOutput?: (name: string, chunk: Buffer) => void;
  } = {},
): Promise<PlatformUnderTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'shouwang-'));
  const secrets = await prepareDemoFolder(dataDir);
  const outputs = new Map<string, string>();
  let keepsData = false;
  const platform = await startPlatform({
    root: resolve(import.meta.dirname, '..'),
    dataDir,
    secrets,
    env: { PATH: process.env.PATH, ...options.env },
    ...(options.extraEnv && { extraEnv: options.extraEnv }),
    ...(options.community && { community: options.community }),
    ports: 'any',
    store: options.store ?? { STORE_KIND: 'sqlite' },
    withoutSimulators: !options.withSimulators,
    onOutput: (name, chunk) => {
      options.onOutput?.(name, chunk);
      outputs.set(name, `${outputs.get(name) ?? ''}${chunk}`.slice(-keptOutputBytes));
    },
  });
  const { login, password } = secrets.demo ?? { login: '', password: '' };
  return {
    platform,
    dataDir,
    secrets,
    ports: {
      watch3gPort: platform.devices.watch3gPort,
      gb26875Port: platform.devices.gb26875Port,
      tcpPort: Number(platform.ready.broker.tcpPort),
    },
    openPage: () => openPageClient({ url: platform.url, login, password }),
    addGateway: async (id, addresses = []) => {
      const db = openRegistryTables(registryFile(dataDir));
      const secret = createSecret();
      await db
        .insertInto('gateway')
        .values({ community: demoCommunity, id, name: id, enabled: 1 })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const watch = { community: demoCommunity, gateway: id, class: 'watch', name: '手表' };
      for (const [index, address] of addresses.entries()) {
        await db
          .insertInto('device')
          .values({ ...watch, id: `${id}-${index}`, address } as never)
          .execute();
      }
      await setSecret(db, { kind: 'gateway', community: demoCommunity, gateway: id }, secret);
      await db.destroy();
      return secret;
    },
    outputOf: (name) => outputs.get(name) ?? '',
    keepData: () => {
      keepsData = true;
    },
    stop: async () => {
      await platform.stop();
      if (keepsData) {
        for (const [name, output] of outputs) writeFileSync(join(dataDir, `${name}.output`), output);
      } else rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
