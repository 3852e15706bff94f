import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildPages } from '#provisioning/build-pages.ts';
import { bundleLibraries } from '#provisioning/bundle-libraries.ts';
import { chooseStore } from '#provisioning/choose-store.ts';
import { changeLines } from '#provisioning/commands/change-lines.ts';
import { readPlanFile } from '#provisioning/commands/community.ts';
import { type Installation, readFolderPurpose } from '#provisioning/folder-purpose.ts';
import { onLauncherGone } from '#provisioning/launcher-watch.ts';
import { createLogFiles } from '#provisioning/log-files.ts';
import { ownCommunityLines } from '#provisioning/own-community-words.ts';
import { type LocalCommunity, type Platform, startPlatform } from '#provisioning/platform.ts';
import { prepareDemo } from '#provisioning/prepare.ts';
import { prepareOwnCommunity } from '#provisioning/prepare-own.ts';
import { readStartOptions } from '#provisioning/start-options.ts';
import { makeFilesPrivate } from '#runtime/private-files.ts';
import { demoPages } from '#simulators/community.ts';
import type { Running } from '#simulators/scenarios/scenario.ts';

/**
 * The whole platform on this machine: `npm start` with a simulated community, `npm start -- --community plan.json` with
 * one's own, which the folder remembers.
 *
 * Prints what is needed next when the page is ready; ends in order on Ctrl-C.
 */
makeFilesPrivate();
const root = import.meta.dirname;
const dataDir = resolve(process.env.SHOUWANG_DATA_DIR ?? 'data');
const print = (text: string) => process.stdout.write(`${text}\n`);

let stopping = false;
const closing = new AsyncDisposableStack();
const end = async (code: number) => {
  if (stopping) return;
  stopping = true;
  await closing.disposeAsync();
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!stopping) print('stopping …');
    void end(0);
  });
}

onLauncherGone(import.meta.filename, () => {
  print('npm is gone; stopping …');
  void end(0);
});
// Whoever read what we say may be gone before us.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  const { community: planFile, agents } = readStartOptions(process.argv.slice(2));
  const plan = planFile === undefined ? undefined : readPlanFile(planFile);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const firstStart = !existsSync(join(dataDir, 'registry.db'));
  const isOwn = plan !== undefined || readFolderPurpose(dataDir).kind === 'own';
  const own = isOwn ? await prepareOwnCommunity(dataDir, { plan, agents }) : undefined;
  const secrets = own?.secrets ?? (await prepareDemo(dataDir));
  if (plan && own?.changes) for (const line of changeLines(plan, own.changes, { remove: false })) print(line);
  const pages = buildPages(root);
  const store = await chooseStore({ dataDir, env: process.env, secrets, onChange: print });
  closing.defer(() => store.close());
  print(store.words);

  await bundleLibraries(root);
  const logs = createLogFiles(join(dataDir, 'logs'));
  closing.defer(() => logs.close());
  const platform = await startPlatform({
    root,
    dataDir,
    secrets,
    env: store.env,
    ports: 'default',
    store: store.settings,
    ...(own && { community: communityOf(own.installation), withoutSimulators: true }),
    onOutput: logs.write,
    onExit: (name, reason) => {
      if (!stopping) print(`${name} ended (${reason}) and is started again`);
    },
  });
  closing.defer(() => platform.stop());
  await pages;

  if (own) for (const line of ownCommunityLines(own, platform)) print(line);
  else tellDemo(platform, secrets.demo?.password);
  print(
    firstStart
      ? `data is kept in ${dataDir}; Ctrl-C stops`
      : `data of the last start is in use (${dataDir}); Ctrl-C stops`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  await end(1);
}

function communityOf({ community: id, site, hosted }: Installation): LocalCommunity {
  return { id, site, hosted };
}

/** The demo's accounts with their pages; and for `npm run scenario`, where its devices connect. */
function tellDemo({ url, brokerUrl, devices }: Platform, password: string | undefined): void {
  const running: Running = { url, brokerUrl, devices };
  writeFileSync(join(dataDir, 'running.json'), `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
  print(`\n守望 Shouwang: ${url}`);
  for (const [login, { page, words }] of Object.entries(demoPages)) {
    print(`  ${login.padEnd(10)} ${url}${page}  ${words}`);
  }
  print(`password of each: ${password}`);
}
