import type { Lane } from './facts/event-kinds.ts';
import { type AlarmMessage, schemaVersion, type TelemetryMessage } from './gateway-messages.ts';
import type { JournalEntry, NewEntry, RecordEntry, RecordIdentity } from './journal-entry.ts';
import type { WireRecord } from './record.ts';
import { toRecordEntry, withCapturedTime } from './record-entry.ts';

/** What the journal says of a message whose bytes it keeps: all that is not in them. */
export interface MessageHead {
  class: 'message';
  community: string;
  gateway: string;
  lane: Lane;
  /** Device id of each record, as the registry had it then; null where the record was redacted. */
  devices: (string | null)[];
  /** Indices of records of another gateway's devices. */
  ofOther?: number[];
  /** The sequences that it holds, by epoch. */
  covers: [epoch: string, from: number, to: number][];
}

/** Stands where a record was redacted: which it was, and nothing of what it said. */
export interface RedactedHead extends RecordIdentity {
  class: 'redacted';
}

/** A message to be journalled: its bytes hold exactly these records. */
export interface NewMessage {
  class: 'message';
  records: readonly RecordEntry[];
  payload: Uint8Array;
}

/** An entry as a log keeps it. */
interface Encoded {
  head: string;
  body?: Uint8Array;
  records: number;
}

/** Writes an entry for the log. */
export function encodeEntry(entry: NewEntry | NewMessage): Encoded {
  if (entry.class !== 'message') return { head: JSON.stringify(entry), records: 1 };
  const { records, payload } = entry;
  const { community, gateway, lane } = records[0] as RecordEntry;
  const ofOther = records.flatMap(({ saidByOther }, index) => (saidByOther ? [index] : []));
  const head: MessageHead = {
    class: 'message',
    community,
    gateway,
    lane,
    devices: records.map(({ device }) => device),
    ...(ofOther.length > 0 && { ofOther }),
    covers: coversOf(records),
  };
  return { head: JSON.stringify(head), body: payload, records: records.length };
}

/** Neighbours that follow one another in their epoch are one range. */
function coversOf(records: readonly RecordEntry[]): MessageHead['covers'] {
  const covers: MessageHead['covers'] = [];
  for (const { epoch, sequence } of records) {
    const last = covers.at(-1);
    if (last && last[0] === epoch && last[2] + 1 === sequence) last[2] = sequence;
    else covers.push([epoch, sequence, sequence]);
  }
  return covers;
}

/** An entry of a log as this reads it; see `LogEntry` of eventlog. */
interface Kept {
  first: number;
  at: number;
  head: string;
  body?: Uint8Array;
}

/** Reads the journal entries that an entry of the log holds: none where all of it was redacted. */
export function decodeEntry({ first, at, head, body }: Kept): JournalEntry[] {
  const said = JSON.parse(head) as (NewEntry & Partial<JournalEntry>) | MessageHead | RedactedHead;
  if (said.class === 'redacted') return [];
  if (said.class !== 'message') {
    const entry = said as JournalEntry;
    entry.position = first;
    entry.receivedAt = at;
    return [entry];
  }
  const entries: JournalEntry[] = [];
  const records = recordsOf(body);
  for (let index = 0; index < records.length; index++) {
    const wire = records[index];
    const device = said.devices[index];
    if (!wire || device === null || device === undefined) continue;
    const record = toRecordEntry(said, wire, device);
    if (said.ofOther?.includes(index)) record.saidByOther = true;
    const entry = withCapturedTime(record, at) as JournalEntry;
    entry.position = first + index;
    entry.receivedAt = at;
    entries.push(entry);
  }
  return entries;
}

type Message =
  | { record: AlarmMessage['record'] | null }
  | { records: (TelemetryMessage['records'][number] | null)[] };

function recordsOf(body: Uint8Array | undefined): (WireRecord | null)[] {
  if (!body) return [];
  const message = JSON.parse(textOf(body)) as Message;
  return 'records' in message ? message.records : [message.record];
}

const decoder = new TextDecoder();
function textOf(body: Uint8Array): string {
  return decoder.decode(body);
}

/** Writes a message of these records of one lane, where the bytes that came hold others as well. */
export function messageOf(lane: Lane, records: readonly (WireRecord | null)[]): Uint8Array {
  const message = lane === 'alarm' ? { schemaVersion, record: records[0] } : { schemaVersion, records };
  return Buffer.from(JSON.stringify(message));
}

/**
 * Takes the records of some devices out of an entry.
 *
 * @returns What is left, or undefined where it holds none of theirs.
 */
export function redactEntry(
  { head, body }: Pick<Kept, 'head' | 'body'>,
  isRedacted: (of: { community: string; device: string }) => boolean,
): { head: string; body?: Uint8Array } | undefined {
  const said = JSON.parse(head) as NewEntry | MessageHead | RedactedHead;
  if (said.class === 'record') {
    if (!isRedacted(said)) return undefined;
    const { community, gateway, epoch, lane, sequence } = said;
    return { head: JSON.stringify({ class: 'redacted', community, gateway, epoch, lane, sequence }) };
  }
  if (said.class !== 'message') return undefined;
  const { community } = said;
  const goes = said.devices.map((device) => device !== null && isRedacted({ community, device }));
  if (!goes.includes(true)) return undefined;
  const devices = said.devices.map((device, index) => (goes[index] ? null : device));
  const records = recordsOf(body).map((wire, index) => (goes[index] ? null : wire));
  return { head: JSON.stringify({ ...said, devices }), body: messageOf(said.lane, records) };
}
