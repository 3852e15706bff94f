import { createHash } from 'node:crypto';
import type { SequenceTracker } from '../journal/sequence-tracker.ts';
import type { Accepted } from './validation-result.ts';

/** Most alarms that can share one identity, each by an epoch of its own. */
const maxTwins = 8;

/**
 * An alarm whose identity another alarm has, moved to an epoch of its own: nothing of a gateway whose agent runs twice
 * is taken for a repeat. The epoch follows from the one it came with, so that sent again it is known.
 */
export function apartFromTwin(streams: SequenceTracker, accepted: Accepted): Accepted {
  let apart = accepted;
  for (let twin = 0; twin < maxTwins && streams.alarmDigests.isOther(apart.record); twin++) {
    const { epoch, saidEpoch = epoch } = apart.record;
    const own = createHash('sha256').update(`twin of ${epoch}`).digest('hex').slice(0, 32);
    const { came: _came, ...rest } = apart;
    apart = { ...rest, record: { ...apart.record, epoch: own, saidEpoch } };
  }
  return apart;
}
