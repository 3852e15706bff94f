import { type Static, Type } from 'typebox';
import { durationMs, port, type SettingsSchema } from '#runtime/settings.ts';
import { engineSettings, storeKinds } from './store/all.ts';

/** Settings of receiving and of the journal. */
export const ingestSettings = {
  part: 'INGEST',
  renamed: { journalKeepMs: 'journalRetentionMs' },
  schema: Type.Object({
    dataDir: Type.String({
      default: 'data',
      description: 'Folder of journal.db, registry.db and incidents.db.',
    }),
    brokerUrl: Type.String({ default: 'mqtt://127.0.0.1:1883', description: 'Address of the MQTT broker.' }),
    password: Type.String({ minLength: 1, description: 'Secret of the service "ingest" at the broker.' }),
    token: Type.String({
      minLength: 16,
      description: 'Bearer token that services show to the HTTP interface, at least 16 characters.',
    }),
    host: Type.String({
      default: '127.0.0.1',
      description: 'Address that the HTTP interface, health and metrics listen on.',
    }),
    port: port(8092, 'Port of the HTTP interface for dead letters; 0 takes any free one.'),
    healthPort: port(9412, 'Port of /health and /metrics; 0 takes any.'),
    logLevel: Type.Enum(['debug', 'info', 'warn', 'error'], {
      default: 'info',
      description: 'Least level logged.',
    }),
    groupWaitMs: durationMs(20, 1, 1000, 'Longest wait of telemetry for the commit it shares'),
    groupRecords: Type.Integer({
      default: 500,
      minimum: 1,
      maximum: 20_000,
      description: 'Telemetry records at which a commit is made at once.',
    }),
    maxAwaiting: Type.Integer({
      default: 16,
      minimum: 1,
      maximum: 10_000,
      description:
        'Messages of one gateway that may wait for the registry to be read again; telemetry beyond it is left to be resent, an alarm is validated against the registry as it was read.',
    }),
    queueBytes: Type.Integer({
      default: 32 * 2 ** 20,
      minimum: 2 ** 20,
      maximum: 2 ** 30,
      description:
        'Messages of one lane that may wait for their turn, of all gateways, in bytes; a gateway may hold a quarter of what is free. At half of it the telemetry session is read no further.',
    }),
    gatewayQueueBytes: Type.Integer({
      default: 6 * 2 ** 20,
      minimum: 2 ** 16,
      maximum: 2 ** 30,
      description:
        'Messages of one gateway and lane that may wait for their turn, in bytes; what is beyond is left unacknowledged to be resent, and counted.',
    }),
    registryRefreshMs: durationMs(
      200,
      10,
      10_000,
      'Shortest time between two readings of the registry for unknown devices',
    ),
    maxDeadLetters: Type.Integer({
      default: 10_000,
      minimum: 10,
      maximum: 1_000_000,
      description:
        'Dead letters kept of each of two groups: what alerts people, and all else. Beyond it settled ones are removed, then those longest not seen of the gateway with the most; counted.',
    }),
    maxDeadLetterBytes: Type.Integer({
      default: 512 * 2 ** 20,
      minimum: 2 ** 20,
      maximum: 2 ** 36,
      description:
        'Payloads of dead letters kept of each of the two groups, in bytes; beyond it the dead letter longest not seen of the gateway with the most is removed and counted.',
    }),
    tickMs: durationMs(1000, 10, 60_000, 'Time between two ticks of the journal'),
    incidentPollMs: durationMs(200, 10, 60_000, 'Longest wait before the incident log is read again'),
    journalRetentionMs: durationMs(
      7 * 86_400_000,
      60_000,
      365 * 86_400_000,
      'Age at which journal entries that every reader has read are removed',
    ),
    journalMaxBytes: Type.Integer({
      default: 8 * 2 ** 30,
      minimum: 16 * 2 ** 20,
      maximum: 2 ** 40,
      description:
        'Size of journal.db at which entries that every reader has read are removed before their age, then the oldest telemetry that is not yet in the store, recorded as a gap; where that is not enough, telemetry waits at its gateways.',
    }),
    journalAlarmReserveBytes: Type.Integer({
      default: 256 * 2 ** 20,
      minimum: 4 * 2 ** 20,
      maximum: 2 ** 36,
      description: 'Space of journal.db above its limit that alarms alone may use.',
    }),
    maxWarningLag: Type.Integer({
      default: 20_000,
      minimum: 100,
      maximum: 10_000_000,
      description:
        'Entries that the warning engine may be behind before acknowledgements of telemetry are held back; those of alarms never are.',
    }),
  }),
} as const satisfies SettingsSchema;

/** Settings of the telemetry store. */
export const storeSettings = {
  part: 'STORE',
  schema: Type.Object({
    dataDir: Type.String({
      default: 'data',
      description: 'Folder of store.db; the journal is read beside it.',
    }),
    kind: Type.Enum(storeKinds, { default: 'sqlite', description: 'Engine that holds telemetry.' }),
    ...engineSettings,
    batchEntries: Type.Integer({
      default: 10_000,
      minimum: 1,
      maximum: 20_000,
      description: 'Journal entries read and written at once.',
    }),
    timeoutMs: durationMs(10_000, 100, 120_000, 'Longest wait for an answer of the store'),
    retryMinMs: durationMs(200, 10, 60_000, 'First wait after a failed write; it doubles'),
    retryMaxMs: durationMs(10_000, 10, 600_000, 'Longest wait after a failed write'),
    retryRefusedMs: durationMs(
      3_600_000,
      1000,
      86_400_000,
      'Time between two tries of what the store refused',
    ),
  }),
} as const satisfies SettingsSchema;

/** Settings of the store, as `STORE_…` gives them. */
export type StoreSettings = Static<typeof storeSettings.schema>;
