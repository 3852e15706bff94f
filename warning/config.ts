import { type Static, type TObject, Type } from 'typebox';
import { durationMs, type SettingsSchema } from '#runtime/settings.ts';
import { ruleSettings } from './rules/all.ts';
import { timeSettings, type WarningTimes } from './times.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Settings of the warning engine. */
export const WarningSettings = {
  part: 'WARNING',
  renamed: { ghostSweepMs: 'orphanSweepMs' },
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
    orphanSweepMs: durationMs(
      minute,
      100,
      hour,
      'Time between sweeps for orphaned notices, i.e. retained ones without a warning',
    ),
    ...timeSettings,
    ...ruleSettings,
  }),
} as const satisfies SettingsSchema;
export type WarningSettings = Static<typeof WarningSettings.schema>;

/** The part of the settings that decides what is warned of: with it and the registry a replay is the same. */
export type DecidingSettings = WarningTimes & Static<TObject<typeof ruleSettings>>;
