import { type JudgeContext, judgeAlarm, judgeTelemetry } from './judge-record.ts';
import type { Judgement } from './judgement.ts';
import { limitsOf, parsePayload } from './parse-payload.ts';
import { unprocessable } from './unprocessable.ts';

/**
 * Judges a message of either lane; a record that makes judging itself fail is set aside, not thrown.
 *
 * At the first failure, not the third: the same message fails the same way each time it is sent, and an alarm that
 * nobody can read is not to wait.
 */
export function judgeSafely(context: JudgeContext, payload: Buffer): Judgement[] {
  try {
    if (context.source.lane === 'alarm') return [judgeAlarm(context, payload)];
    return judgeTelemetry(context, payload);
  } catch (error) {
    return [unprocessable(context.source, payload, { value: recordOf(payload), error })];
  }
}

/** True where a device was not found, or is another gateway's: a newer registry may know it otherwise. */
export function asksForDevice(judgements: readonly Judgement[]): boolean {
  return judgements.some((judgement) =>
    judgement.outcome === 'accepted'
      ? judgement.record.saidByOther
      : judgement.letter.reason === 'unknown-device',
  );
}

/** The one record of an alarm message. */
function recordOf(payload: Buffer): unknown {
  const parsed = parsePayload(payload, limitsOf('alarm'));
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return undefined;
  return 'record' in parsed.value ? parsed.value.record : undefined;
}
