import { createServer } from 'node:http';
import type { BrowserServer } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { listen } from '#runtime/listen.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { serveChromium } from './chromium.ts';
import type { Shared, SharedPlatform } from './shared.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the files of this project ask for what they share. */
    sharedUrl: string;
  }
}

/**
 * What the test files of the pages share: one Chromium and one platform, each started when a file first asks for it,
 * since other projects of the same run come before.
 *
 * The platform runs no agents: each file has a community of its own, with an agent of its own.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let chromium: Promise<BrowserServer> | undefined;
  let platform: Promise<PlatformUnderTest> | undefined;
  const askChromium = () => {
    chromium ??= serveChromium();
    return chromium;
  };
  const askPlatform = () => {
    platform ??= startPlatformUnderTest({ community: { id: 'none' } });
    return platform;
  };
  const answers: { [K in keyof Shared]: () => Promise<Shared[K]> } = {
    chromium: async () => ({ wsEndpoint: (await askChromium()).wsEndpoint() }),
    platform: async () => toShared(await askPlatform()),
    'restarted-dashboard': async () => restartDashboard(await askPlatform()),
  };

  const server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').slice(1) as keyof Shared];
    answer().then(
      (body) => response.end(JSON.stringify(body)),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'TEST_PORT' });
  project.provide('sharedUrl', `http://127.0.0.1:${port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    await (await chromium)?.close();
    await (await platform)?.stop();
  };
}

function toShared({ platform, dataDir, secrets }: PlatformUnderTest): SharedPlatform {
  return {
    url: platform.url,
    brokerUrl: platform.brokerUrl,
    dataDir,
    password: secrets.demo?.password ?? '',
  };
}

/** Ends the dashboard as a power cut of its own would, and waits until it is back. */
async function restartDashboard({ platform }: PlatformUnderTest): Promise<Record<string, never>> {
  const { dashboard } = platform.processes;
  const back = dashboard?.nextReady();
  dashboard?.kill('SIGKILL');
  await back;
  return {};
}
