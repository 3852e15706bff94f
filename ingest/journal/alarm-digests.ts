import { createHash } from 'node:crypto';
import { identityOf, type RecordEntry } from '#contracts/journal-entry.ts';
import { SenderMemory } from './sender-memory.ts';

/** Alarms whose content is remembered; a forgotten one that comes again is believed to be the same. */
const maxDigests = 20_000;

/**
 * What alarms said, by identity: the same identity with other content is another alarm, of a gateway whose agent runs
 * twice. In memory alone: a gateway sends an alarm again within seconds, and a new release may read it otherwise.
 */
export interface AlarmDigests {
  remember(record: RecordEntry): void;
  /** True where an alarm of this identity is remembered that said something else. */
  isOther(record: RecordEntry): boolean;
}

/** Creates an empty memory. */
export function createAlarmDigests(): AlarmDigests {
  const digests = new SenderMemory<string>(maxDigests);
  return {
    remember: (record) => {
      if (!isAlarm(record)) return;
      digests.set(senderOf(record), identityOf(record), digestOf(record));
    },
    isOther: (record) => {
      const known = isAlarm(record) ? digests.get(senderOf(record), identityOf(record)) : undefined;
      return known !== undefined && known !== digestOf(record);
    },
  };
}

const senderOf = ({ community, gateway }: RecordEntry) => `${community}/${gateway}`;

// A gap may take the place of what was accepted before; the time held and the clock move on with each sending.
function isAlarm({ lane, body }: RecordEntry): boolean {
  return lane === 'alarm' && body.type !== 'gap';
}

function digestOf({
  address,
  origin,
  observedAt,
  historical,
  possibleRepeat,
  body,
  extra,
}: RecordEntry): string {
  const said = JSON.stringify([address, origin, observedAt, historical, possibleRepeat, body, extra]);
  return createHash('sha256').update(said).digest('base64');
}
