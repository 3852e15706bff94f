import { identityOf, type RecordIdentity } from '#contracts/journal-entry.ts';
import type { Logger } from './log.ts';

/** The steps of an alarm in order, each logged by the process that does it. */
export const alarmSteps = [
  'sent by the gateway',
  'received by ingest',
  'journalled',
  'read by the warning engine',
  'in the warning log',
  'read by dispatch',
  'on an incident',
  'read by the dashboard',
  'sent to pages',
] as const;
export type AlarmStep = (typeof alarmSteps)[number];

/** Tells how far an alarm has come, under the identity that follows it through every process. */
export type AlarmTrace = (step: AlarmStep, record: RecordIdentity | string | undefined) => void;

/**
 * Creates what follows alarms through the log of a process: a line a step, at level debug.
 *
 * `monotonicMs` is the clock of the machine since its start, the same in all its processes: two lines of two processes
 * can be subtracted.
 */
export function createAlarmTrace(log: Logger): AlarmTrace {
  if (!log.isLevelEnabled('debug')) return () => undefined;
  return (step, record) => {
    if (record === undefined) return;
    const identity = typeof record === 'string' ? record : identityOf(record);
    log.debug({ record: identity, step, monotonicMs: Number(process.hrtime.bigint()) / 1e6 }, 'alarm');
  };
}
