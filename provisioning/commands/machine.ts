import { resolve } from 'node:path';
import { checkAuditChain } from '#dashboard/server/audit/audit.ts';
import { openDashboardTablesToRead } from '#dashboard/server/tables.ts';
import { storeSettings } from '#ingest/config.ts';
import { requestDrop } from '#ingest/store/drop-request.ts';
import { requestReplay } from '#ingest/store/replay-request.ts';
import { loadSettings } from '#runtime/settings.ts';
import { readRetentions } from '../influx/kept-days.ts';
import { provisionInflux } from '../influx/provision-influx.ts';
import { migrateAll, provisionServices, registryFile, renewGatewaySecret } from '../prepare.ts';
import { openSecretFiles } from '../secret-files.ts';
import { openSecrets } from '../secrets.ts';
import { type Command, UsageError, withRegistry } from './command.ts';
import { requireGateway } from './known-rows.ts';

const migrate: Command = {
  name: 'migrate',
  words: [],
  summary: 'bring the databases to the newest version',
  run: (_given, { dataDir, print }) => {
    const done = Object.entries(migrateAll(dataDir));
    print(done.length > 0 ? done.map(([part, steps]) => `${part}: ${steps}`).join('\n') : 'nothing to do');
  },
};

const services: Command = {
  name: 'services',
  words: ['[folder]'],
  summary:
    "make and register the secrets of this machine's services: in <data>/secrets.json, or, for Compose and systemd, one file a secret in the folder",
  run: async ({ words: { folder } }, { dataDir, print }) => {
    migrateAll(dataDir);
    if (folder !== undefined) {
      const { services: made, made: files } = openSecretFiles(folder);
      await provisionServices(dataDir, { services: made });
      print(files.length > 0 ? `made ${files.join(', ')} in ${folder}` : `nothing was missing in ${folder}`);
      return;
    }
    const secrets = openSecrets(dataDir);
    secrets.save();
    await provisionServices(dataDir, secrets);
    print(`secrets of ${Object.keys(secrets.services).join(', ')} are in ${dataDir}/secrets.json`);
  },
};

const gateway: Command = {
  name: 'gateway',
  words: ['community', 'gateway'],
  summary: 'give a gateway a new secret and print it once',
  run: async ({ words: { community = '', gateway: id = '' } }, context) => {
    await withRegistry(context, (db) => requireGateway(db, { community, gateway: id }));
    const { username, secret } = await renewGatewaySecret(context.dataDir, { community, gateway: id });
    context.print(`${username}  ${secret}`);
  },
};

const influx: Command = {
  name: 'influx',
  words: ['...[days] [drop-older] [org=<name>]'],
  summary:
    'make the InfluxDB database of STORE_INFLUX_URL, its server keeping at most so many days (the longest that a plan keeps anything) and tell what ends each class; drop-older agrees to lose what is older; org is that of InfluxDB 2.x',
  run: async ({ words }, { dataDir, env, print }) => {
    const backstop = readBackstopWords((Object.values(words)[0] ?? '').split(' ').filter(Boolean));
    const { influxUrl, influxDatabase, influxToken, timeoutMs } = loadSettings(storeSettings, env);
    const { lines, changed } = await provisionInflux({
      url: influxUrl,
      database: influxDatabase,
      token: influxToken,
      timeoutMs,
      retentions: readRetentions(registryFile(dataDir)),
      ...backstop,
      now: Date.now,
    });
    print([...lines, changed > 0 ? `changed: ${changed}` : 'nothing was changed'].join('\n'));
  },
};

const replayStore: Command = {
  name: 'replay-store',
  words: ['time'],
  summary:
    'let the store writer write the journal again from a time on (2026-11-20T00:00:00Z), e.g. into an InfluxDB that began anew; ingest may run',
  run: ({ words: { time = '' } }, { dataDir, print }) => {
    const from = Date.parse(time);
    if (Number.isNaN(from)) {
      throw new UsageError(`<time> has to be one such as 2026-11-20T00:00:00Z, not "${time}"`);
    }
    requestReplay(dataDir, from);
    print(
      `requested; ingest starts it within seconds, and the journal keeps what INGEST_JOURNAL_RETENTION_MS says`,
    );
  },
};

const dropRefused: Command = {
  name: 'drop-refused',
  words: [],
  summary: 'let go of what the telemetry store refused and nobody needs; ingest may run',
  run: (_given, { dataDir, print }) => {
    requestDrop(dataDir);
    print('asked; ingest lets go of them within seconds');
  },
};

const grafana: Command = {
  name: 'grafana',
  words: ['[folder]'],
  summary: 'write all that Grafana is provisioned with (provisioning/grafana)',
  run: async ({ words: { folder: given } }, { print }) => {
    // The library of the dashboards is a development dependency: without it all other commands must work.
    const { generatedFiles, grafanaFolder, writeChangedFiles } = await import(
      '../grafana/write-changed-files.ts'
    );
    const folder = resolve(given ?? grafanaFolder);
    // Grafana reads them under another user; they contain no secret.
    process.umask(0o022);
    const written = writeChangedFiles(folder, generatedFiles());
    print(written.length > 0 ? written.map((file) => `wrote ${file}`).join('\n') : 'nothing to do');
    print(`Grafana needs GF_PATHS_PROVISIONING=${folder}, STORE_INFLUX_URL, STORE_INFLUX_DATABASE and, where
InfluxDB asks who is there, SHOUWANG_INFLUX_AUTHORIZATION in its environment: "Token <token>" for 2.x and 3,
"Basic $(printf %s 'user:password' | base64 -w0)" for 1.x, a user that may read; messages about the platform's health need
SHOUWANG_HEALTH_WEBHOOK_URL or SHOUWANG_HEALTH_DINGDING_URL, and a policy that routes about = platform-health.`);
  },
};

const auditVerify: Command = {
  name: 'audit verify',
  words: ['[id:hash]'],
  summary:
    'check that no entry of the audit log was changed, removed or put in another place since it was written, and name the first that was; prints the newest entry as id:hash. Note it outside of this machine: given again, it shows whether the log is still the one that held it',
  run: async ({ words: { 'id:hash': typed } }, { dataDir, print }) => {
    const noted = typed === undefined ? undefined : readLink(typed);
    const db = openDashboardTablesToRead(registryFile(dataDir));
    try {
      const { newest, broken } = await checkAuditChain(db, noted);
      if (broken) {
        const why = {
          changed: `entry ${broken.id} is not as it was written, or not in its place`,
          missing: `entry ${broken.id} was removed`,
          other: `entry ${broken.id} is not the one that was noted: the log was written anew`,
        }[broken.why];
        throw new Error(`${why}; ${newest.id} entries from the first on were checked`);
      }
      print(`the audit log is whole, up to its newest entry
${newest.id}:${newest.hash}`);
    } finally {
      await db.destroy();
    }
  },
};

function readLink(typed: string): { id: number; hash: string } {
  const [, id, hash] = /^(\d+):([0-9a-f]{64})$/.exec(typed) ?? [];
  if (!id || !hash) throw new UsageError(`[id:hash] is what an earlier check printed, not "${typed}"`);
  return { id: Number(id), hash };
}

/** Commands about the machine: its databases, secrets, gateways, store and audit log. */
export const machineCommands: readonly Command[] = [
  migrate,
  services,
  gateway,
  influx,
  replayStore,
  dropRefused,
  grafana,
  auditVerify,
];

const maxKeepDays = 36_500;

/** What follows `provision -- influx`. */
interface BackstopWords {
  /** Days given; without them the longest that anything is kept. */
  keepDays?: number;
  dropOlder: boolean;
  /** Organization of InfluxDB 2.x. */
  organization?: string;
}

/**
 * Reads days, `drop-older` and `org=<name>`, all optional.
 *
 * @throws {Error} naming the word and what was expected.
 */
function readBackstopWords(words: readonly string[]): BackstopWords {
  const read: BackstopWords = { dropOlder: false };
  for (const word of words) {
    if (word === 'drop-older') read.dropOlder = true;
    else if (/^org=./.test(word)) read.organization = word.slice('org='.length);
    else if (/^\d{1,6}$/.test(word) && Number(word) >= 1 && Number(word) <= maxKeepDays)
      read.keepDays = Number(word);
    else
      throw new Error(
        `"${word}" is neither whole days from 1 to ${maxKeepDays} nor drop-older nor org=<name>`,
      );
  }
  return read;
}
