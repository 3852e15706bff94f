import { mayBeAlarm, readLoosely } from './read-rejected.ts';
import type { Rejected, Source } from './validation-result.ts';

/**
 * Makes a dead letter of what a fault of ours throws on, under its own identity where that can be read, so that it is
 * acknowledged and its stream goes on.
 *
 * @param thrown `value` is the record as JSON, undefined where not even that could be read.
 */
export function unprocessable(
  { community, gateway, lane }: Source,
  payload: Buffer,
  { value, error }: { value: unknown; error: unknown },
): Rejected {
  const { epoch, sequence, address, kind, lane: said } = readLoosely(value);
  const expected = error instanceof Error ? error.message : String(error);
  const isPlaced = epoch !== undefined && sequence !== undefined;
  const known = { ...(address !== undefined && { address }), ...(kind !== undefined && { kind }) };
  return {
    outcome: 'rejected',
    lane,
    deadLetter: {
      ...{ reason: 'unprocessable', path: '/', expected, community, gateway, lane, payload },
      ...(isPlaced && { epoch, sequence }),
      ...known,
    },
    raises: mayBeAlarm(lane, { lane: said, kind }),
    readable: known,
    error,
  };
}
