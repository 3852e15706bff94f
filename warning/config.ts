import { type Static, Type } from 'typebox';
import { durationMs, type SettingsSchema } from '#runtime/settings.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Settings of the warning engine. */
export const WarningSettings = {
  part: 'WARNING',
  schema: Type.Object({
    dataDir: Type.String({ default: 'data', minLength: 1, description: 'Folder that holds warning.db.' }),
    brokerUrl: Type.String({
      default: 'mqtt://127.0.0.1:1883',
      pattern: '^(mqtt|mqtts|ws|wss)://',
      description: 'Broker at which warning notices are published.',
    }),
    password: Type.String({ minLength: 1, description: 'Secret of service.warning at the broker.' }),
    pollMs: durationMs(200, 10, 10_000, 'Longest wait before the journal is looked at again'),
    batchEntries: Type.Integer({
      default: 250,
      minimum: 1,
      maximum: 10_000,
      description: 'Most journal entries in one transaction, in entries.',
    }),
    ghostSweepMs: durationMs(minute, 100, hour, 'Time between sweeps for notices without a warning'),
    watchStaleMs: durationMs(20 * minute, 1000, 48 * hour, 'Silence after which a watch is stale'),
    gateStaleMs: durationMs(15 * minute, 1000, 48 * hour, 'Silence after which a gate is stale'),
    firePanelStaleMs: durationMs(5 * minute, 1000, 48 * hour, 'Silence after which a fire panel is stale'),
    detectorStaleMs: durationMs(
      13 * hour,
      1000,
      48 * hour,
      'Silence after which a battery detector, door sensor or SOS button is stale; they report every 12 h at most',
    ),
    gasDetectorStaleMs: durationMs(4 * hour, 1000, 48 * hour, 'Silence after which a gas detector is stale'),
    actuatorStaleMs: durationMs(6 * hour, 1000, 48 * hour, 'Silence after which a lock or siren is stale'),
    zigbeeBridgeStaleMs: durationMs(
      30 * minute,
      1000,
      48 * hour,
      'Silence after which a Zigbee bridge is stale; it tells its health every 10 min',
    ),
    heartbeatMs: durationMs(30_000, 1000, 600_000, 'Heartbeat of a gateway that does not tell its own'),
    missedHeartbeats: Type.Integer({
      default: 3,
      minimum: 2,
      maximum: 20,
      description: 'Heartbeats unheard after which a gateway is stale, in heartbeats.',
    }),
    tickGapMs: durationMs(
      5000,
      1500,
      minute,
      'Gap between two ticks from which the time counts for no absence',
    ),
    caughtUpMs: durationMs(
      10_000,
      0,
      120_000,
      'Hold below which a gateway that was catching up is live again',
    ),
  }),
} as const satisfies SettingsSchema;
export type WarningSettings = Static<typeof WarningSettings.schema>;

/** The part of the settings that decides what is warned of: with it and the registry a replay is the same. */
export type WarningTimes = Pick<
  WarningSettings,
  | 'watchStaleMs'
  | 'gateStaleMs'
  | 'firePanelStaleMs'
  | 'detectorStaleMs'
  | 'gasDetectorStaleMs'
  | 'actuatorStaleMs'
  | 'zigbeeBridgeStaleMs'
  | 'heartbeatMs'
  | 'missedHeartbeats'
  | 'tickGapMs'
  | 'caughtUpMs'
>;
