import { type JudgeContext, judgeAlarm, judgeTelemetry } from './judge-record.ts';
import type { Judgement, Rejected } from './judgement.ts';

/** Judges a message of either lane; a payload that makes judging itself fail is set aside, not thrown. */
export function judgeSafely(context: JudgeContext, payload: Buffer): Judgement[] {
  try {
    if (context.source.lane === 'alarm') return [judgeAlarm(context, payload)];
    return judgeTelemetry(context, payload);
  } catch (error) {
    return [unprocessable(context, payload, error)];
  }
}

/** True where a device was not found, which a newer registry may know. */
export function asksForDevice(judgements: readonly Judgement[]): boolean {
  return judgements.some(
    (judgement) => judgement.outcome === 'rejected' && judgement.letter.reason === 'unknown-device',
  );
}

function unprocessable({ source }: JudgeContext, payload: Buffer, error: unknown): Rejected {
  const { community, gateway, lane } = source;
  const expected = error instanceof Error ? error.message : String(error);
  return {
    outcome: 'rejected',
    lane,
    letter: { reason: 'unprocessable', path: '/', expected, community, gateway, lane, payload },
    raises: lane === 'alarm',
    readable: {},
  };
}
