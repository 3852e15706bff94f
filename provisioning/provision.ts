import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createAccount, linkAccount } from '#dashboard/server/accounts.ts';
import { storeSettings } from '#ingest/config.ts';
import { requestDrop } from '#ingest/store/drop-request.ts';
import { requestReplay } from '#ingest/store/replay-request.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import { makeFilesPrivate } from '#runtime/private-files.ts';
import { readPlan } from '#registry/read-plan.ts';
import { loadSettings } from '#runtime/settings.ts';
import { readBackstopWords } from './influx/backstop-words.ts';
import { readRetentions } from './influx/kept-days.ts';
import { provisionInflux } from './influx/provision-influx.ts';
import {
  migrateAll,
  provisionCommunity,
  provisionServices,
  registryFile,
  renewGatewaySecret,
} from './prepare.ts';
import { openSecretFiles } from './secret-files.ts';
import { openSecrets } from './secrets.ts';

const usage = `npm run provision -- <what>

  migrate                          bring the databases to the newest version
  services [folder]                make and register the secrets of this machine's services: in <data>/secrets.json, or,
                                   for Compose and systemd, one file a secret in the folder
  community <plan.json>            write a community plan; prints the secrets of new gateways once
  gateway <community> <gateway>    give a gateway a new secret and print it once
  account <community> <person> <login> [--link]
                                   make an account; the password comes from standard input, or is made and printed.
                                   --link: the account is there already, and is this person of a further community, too
  influx [days] [drop-older] [org=<name>]
                                   make the InfluxDB database of STORE_INFLUX_URL, its server keeping at most so many
                                   days (the longest that a plan keeps anything) and tell what ends each class;
                                   drop-older agrees to lose what is older; org is that of InfluxDB 2.x
  replay-store <time>              let the store writer write the journal again from a time on (2026-11-20T00:00:00Z),
                                   e.g. into an InfluxDB that began anew; ingest may run
  drop-refused                     let go of what the telemetry store refused and nobody needs; ingest may run
  grafana [folder]                 write all that Grafana is provisioned with (provisioning/grafana)

The data folder is SHOUWANG_DATA_DIR (default: data).`;

const dataDir = process.env.SHOUWANG_DATA_DIR ?? 'data';

/** One subcommand each; a thrown error is printed and ends with exit code 1. */
const commands: Record<string, (args: string[]) => Promise<void> | void> = {
  migrate() {
    const done = Object.entries(migrateAll(dataDir));
    console.log(
      done.length > 0 ? done.map(([part, steps]) => `${part}: ${steps}`).join('\n') : 'nothing to do',
    );
  },
  async services([folder]) {
    migrateAll(dataDir);
    if (folder) {
      const { services, made } = openSecretFiles(folder);
      await provisionServices(dataDir, { services });
      console.log(
        made.length > 0 ? `made ${made.join(', ')} in ${folder}` : `nothing was missing in ${folder}`,
      );
      return;
    }
    const secrets = openSecrets(dataDir);
    secrets.save();
    await provisionServices(dataDir, secrets);
    console.log(`secrets of ${Object.keys(secrets.services).join(', ')} are in ${dataDir}/secrets.json`);
  },
  async community([file]) {
    if (!file) throw new Error('community needs the file of a plan');
    const plan = readPlan(readFileSync(file), file);
    migrateAll(dataDir);
    const { written, newSecrets } = await provisionCommunity(dataDir, plan);
    for (const [table, rows] of Object.entries(written)) console.log(`${table}: ${rows}`);
    for (const [username, secret] of Object.entries(newSecrets)) console.log(`${username}  ${secret}`);
  },
  'replay-store'([text]) {
    const from = Date.parse(text ?? '');
    if (Number.isNaN(from))
      throw new Error(`replay-store needs a time such as 2026-11-20T00:00:00Z, not "${text ?? ''}"`);
    requestReplay(dataDir, from);
    console.log(
      `asked; ingest takes it up within seconds, and the journal keeps what INGEST_JOURNAL_KEEP_MS says`,
    );
  },
  'drop-refused'() {
    requestDrop(dataDir);
    console.log('asked; ingest lets go of them within seconds');
  },
  async gateway([community, gateway]) {
    if (!community || !gateway) throw new Error('gateway needs a community and a gateway');
    const { username, secret } = await renewGatewaySecret(dataDir, { community, gateway });
    console.log(`${username}  ${secret}`);
  },
  async account([community, person, login, link]) {
    if (!community || !person || !login) throw new Error('account needs a community, a person and a login');
    if (link !== undefined && link !== '--link') throw new Error(`account knows --link, not ${link}`);
    migrateAll(dataDir);
    if (link) {
      const db = openRegistryTables(registryFile(dataDir));
      await linkAccount(db, { community, person, login });
      await db.destroy();
      console.log(`account ${login} is ${person} of ${community}, too, and chooses after signing in`);
      return;
    }
    const given = process.stdin.isTTY ? '' : readFileSync(0, 'utf8').trim();
    const password = given || randomBytes(12).toString('base64url');
    const db = openRegistryTables(registryFile(dataDir));
    await createAccount(db, { community, person, login, password });
    await db.destroy();
    console.log(given ? `account ${login} made` : `${login}  ${password}`);
  },
  async influx(args) {
    const backstop = readBackstopWords(args);
    const { influxUrl, influxDatabase, influxToken, timeoutMs } = loadSettings(storeSettings, process.env);
    const { lines, changed } = await provisionInflux({
      url: influxUrl,
      database: influxDatabase,
      token: influxToken,
      timeoutMs,
      retentions: readRetentions(registryFile(dataDir)),
      ...backstop,
      now: Date.now,
    });
    console.log([...lines, changed > 0 ? `changed: ${changed}` : 'nothing was changed'].join('\n'));
  },
  async grafana([given]) {
    // The dashboards' library is for development: an installation without it must do all else.
    const { generatedFiles, grafanaFolder, writeChangedFiles } = await import(
      './grafana/write-changed-files.ts'
    );
    const folder = resolve(given ?? grafanaFolder);
    // Grafana reads them as a user of its own; no secret is in them.
    process.umask(0o022);
    const written = writeChangedFiles(folder, generatedFiles());
    console.log(written.length > 0 ? written.map((file) => `wrote ${file}`).join('\n') : 'nothing to do');
    console.log(`Grafana needs GF_PATHS_PROVISIONING=${folder}, STORE_INFLUX_URL, STORE_INFLUX_DATABASE and, where
InfluxDB asks who is there, SHOUWANG_INFLUX_AUTHORIZATION in its environment: "Token <token>" for 2.x and 3,
"Basic $(printf %s 'user:password' | base64 -w0)" for 1.x, a user that may read; messages about the platform's health need
SHOUWANG_HEALTH_WEBHOOK_URL or SHOUWANG_HEALTH_DINGDING_URL, and a policy that routes about = platform-health.`);
  },
};

makeFilesPrivate();
const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
  console.error(name ? `unknown: ${name}\n\n${usage}` : usage);
  process.exit(1);
}
try {
  await command(args);
} catch (error) {
  console.error(`provision ${name}: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
