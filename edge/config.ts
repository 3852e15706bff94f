import { type Static, Type } from 'typebox';
import { deviceActions } from '#contracts/facts/device-classes.ts';
import { CommunityId, GatewayId } from '#contracts/facts/identifiers.ts';
import { durationMs, port } from '#runtime/settings.ts';

const bytes = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description: `${description}, in bytes.` });

const actions = deviceActions.join('|');

const mebibyte = 1_048_576;

/**
 * Settings of the gateway agent; each description says what happens at the limit.
 *
 * Each adapter has its own beside it, under its own longer prefix (`EDGE_WATCH3G_…`).
 */
export const edgeSettings = {
  part: 'EDGE',
  schema: Type.Object({
    community: Type.String({ ...CommunityId, description: 'Community the gateway belongs to.' }),
    gateway: Type.String({ ...GatewayId, description: 'Gateway id, unique in its community.' }),
    brokerUrl: Type.String({
      default: 'mqtt://127.0.0.1:1883',
      pattern: '^(mqtts?|wss?)://.+$',
      description: 'Address of the broker: mqtt, mqtts, ws or wss.',
    }),
    password: Type.String({
      minLength: 1,
      description: 'Secret of the gateway at the broker; its user name is community.gateway.',
    }),
    dataDir: Type.String({
      default: 'data',
      minLength: 1,
      description: 'Folder of the data; the agent writes gateways/<community>.<gateway>/ in it.',
    }),
    logLevel: Type.Enum(['debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      description: 'Least serious log line written.',
    }),
    host: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description: 'Address of /health and /metrics.',
    }),
    healthPort: port(9415, 'Port of /health and /metrics; 0 takes any free one.'),
    flowToken: Type.Optional(
      Type.String({
        minLength: 16,
        description: 'Token of the feed for flows; without it there is no feed.',
      }),
    ),
    flowPort: port(9416, 'Port of the feed for flows, on loopback; 0 takes any free one.'),
    flowMaxPerMinute: Type.Integer({
      default: 600,
      minimum: 1,
      maximum: 60_000,
      description: 'Most observations flows may publish in a minute; beyond, they are refused.',
    }),
    flowActions: Type.String({
      default: 'start-siren,stop-siren',
      pattern: `^((${actions})(,(${actions}))*)?$`,
      description:
        'What flows may ask devices of this gateway to do, with commas between; open-door and lock-door must be named.',
    }),
    flowMaxCommandsPerMinute: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 600,
      description:
        'Most commands flows may ask for in a minute, a tenth of it at once; beyond it they are refused.',
    }),

    heartbeatIntervalMs: durationMs(
      30_000,
      1000,
      600_000,
      'Time between heartbeats; unheard for three, a gateway is stale',
    ),
    resendAfterMs: durationMs(
      5000,
      500,
      60_000,
      'Time without progress after which unacknowledged records are sent again',
    ),
    reconnectMaxMs: durationMs(30_000, 250, 600_000, 'Longest wait before a new connection'),

    telemetryFlushMs: durationMs(
      50,
      1,
      1000,
      'Longest wait of telemetry for its commit, which groups what came meanwhile',
    ),
    telemetryQuotaBytes: bytes(
      2048 * mebibyte,
      mebibyte,
      1_048_576 * mebibyte,
      'Telemetry kept while the platform is away; beyond, the oldest goes and a gap record says so',
    ),
    alarmQuotaBytes: bytes(
      128 * mebibyte,
      mebibyte,
      65_536 * mebibyte,
      'Alarms kept while the platform is away; beyond, devices are denied and try again',
    ),
    alarmReserveBytes: bytes(
      8 * mebibyte,
      65_536,
      1024 * mebibyte,
      'Disk space held for alarms, freed when the disk is full',
    ),
  }),
};
export type EdgeSettings = Static<typeof edgeSettings.schema>;
