import { type Static, Type } from 'typebox';
import { durationMs, port, type SettingsSchema } from '#runtime/settings.ts';
import { channelSettings } from './channels/all.ts';
import type { ReopenTimes } from './escalation/reopen-holding.ts';

const reopenMs = (what: string) =>
  durationMs(
    600_000,
    60_000,
    86_400_000,
    `An incident resolved while its device still says ${what} is opened again after this`,
  );

/** Dispatch's settings. */
export const dispatchSettings = {
  part: 'DISPATCH',
  renamed: {
    unansweredAgainMs: 'unansweredRepeatMs',
    inAppAtOnce: 'inAppConcurrency',
    assignmentAnswerMs: 'assignmentResponseMs',
  } as const,
  schema: Type.Object({
    dataDir: Type.String({
      default: 'data',
      description: 'Folder of registry.db, warning.db and incidents.db.',
    }),
    brokerUrl: Type.String({
      default: 'mqtt://127.0.0.1:1883',
      pattern: '^(mqtts?|wss?)://',
      description: 'Address of the MQTT broker, which takes commands to gateways.',
    }),
    password: Type.String({ minLength: 1, description: 'Secret of service.dispatch at the broker.' }),
    token: Type.String({
      minLength: 16,
      description: 'Bearer token that services show to the HTTP interface, at least 16 characters.',
    }),
    host: Type.String({ default: '127.0.0.1', description: 'Address of the HTTP interface and of health.' }),
    port: port(8091, 'Port of the HTTP interface; 0 takes any free one.'),
    healthPort: port(9413, 'Port of /health and /metrics; 0 takes any free one.'),
    escalationStepMs: durationMs(60_000, 1000, 3_600_000, 'Wait between the steps of an escalation'),
    escalationRepeats: Type.Integer({
      default: 2,
      minimum: 0,
      maximum: 100,
      description: 'How often the last step of an escalation is repeated before nobody answers.',
    }),
    unansweredRepeatMs: durationMs(
      300_000,
      1000,
      3_600_000,
      'While nobody answers a red or orange incident, everybody is notified again this often',
    ),
    ...channelSettings,
    assignmentResponseMs: durationMs(
      60_000,
      5000,
      3_600_000,
      'An assigned person who has not responded within this time re-alerts the incident',
    ),
    reopenFireMs: reopenMs('fire'),
    reopenManualCallPointMs: reopenMs('manual call point'),
    reopenSmokeMs: reopenMs('smoke'),
    reopenGasMs: reopenMs('gas'),
    reopenCarbonMonoxideMs: reopenMs('carbon monoxide'),
    reopenEmergencyButtonMs: reopenMs('emergency button'),
    reopenFireInputMs: reopenMs('fire input'),
    reopenWaterLeakMs: reopenMs('water leak'),
    logLevel: Type.Enum(['debug', 'info', 'warn', 'error'], {
      default: 'info',
      description: 'Least level that is logged.',
    }),
  }),
} satisfies SettingsSchema;
export type DispatchSettings = Static<typeof dispatchSettings.schema>;

/** The settings of what is opened again, a kind. */
export function reopenTimesOf(settings: DispatchSettings): ReopenTimes {
  return {
    fire: settings.reopenFireMs,
    'manual-call-point': settings.reopenManualCallPointMs,
    smoke: settings.reopenSmokeMs,
    gas: settings.reopenGasMs,
    'carbon-monoxide': settings.reopenCarbonMonoxideMs,
    'emergency-button': settings.reopenEmergencyButtonMs,
    'fire-input': settings.reopenFireInputMs,
    'water-leak': settings.reopenWaterLeakMs,
  };
}
