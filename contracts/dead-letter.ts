/** Why a payload or record could not be taken as what it claims to be. */
export const deadLetterReasons = [
  'not-utf8',
  'not-json',
  'too-deep',
  'duplicate-key',
  'invalid',
  'wrong-lane',
  'wrong-unit',
  'unknown-device',
  'unprocessable',
] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

/** What became of one dead letter that was validated again. */
export const replayOutcomes = [
  /** Its record, or at least one record of its message, is in the journal now. */
  'journalled',
  /** All of it had been accepted before; the dead letter is settled. */
  'already-journalled',
  /** It is still not what it claims to be; the dead letter says why. */
  'rejected',
  /** Not all of its payload was kept, so there is nothing whole to validate. */
  'cut',
  /** It was a gateway's state of that moment, which is over. */
  'not-a-record',
] as const;
export type ReplayResult = (typeof replayOutcomes)[number];

/** Dead letters that one request replays at most; what is left is counted in its answer. */
export const maxReplayedAtOnce = 500;
