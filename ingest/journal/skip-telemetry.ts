import type { MessageHead } from '#contracts/journal-codec.ts';
import type { NewEntry, RecordEntry, SkippedEntry } from '#contracts/journal-entry.ts';
import type { LogEntry, LogWriter } from '#eventlog/event-log.ts';

/** What a skip did: how far it looked, and how many records went. */
export interface Skipped {
  position: number;
  records: number;
}

/** Sequences of one stream that go. */
type Gone = Omit<SkippedEntry, 'class'>;

/** Creates what removes telemetry from the journal and leaves word of it; see `Journal.skipTelemetry`. */
export function createSkipper(
  log: LogWriter,
  commit: <T>(work: (append: (entry: SkippedEntry) => number) => T) => T,
): (position: number, until: number, limit: number) => Skipped {
  return (position, until, limit) => {
    const entries = log.slice(position, until, limit);
    const last = entries.at(-1);
    if (!last) return { position, records: 0 };
    const telemetry = entries
      .map((entry) => ({ entry, gone: goneOf(entry) }))
      .filter(({ gone }) => gone.length > 0);
    if (telemetry.length === 0) return { position: last.last, records: 0 };
    return commit((append) => {
      // The newest entry stays, so what follows is appended first.
      const gone: Gone[] = [];
      for (const one of telemetry) if (log.remove(one.entry.last)) gone.push(...one.gone);
      for (const entry of byStream(gone)) append(entry);
      return { position: last.last, records: gone.reduce((sum, { records }) => sum + records, 0) };
    });
  };
}

/** A gap stays: it already says that something is missing, and of how much. It is never part of a message's bytes. */
function goneOf({ head }: LogEntry): Gone[] {
  const said = JSON.parse(head) as NewEntry | MessageHead;
  if (said.class === 'message' && said.lane === 'telemetry') {
    const { community, gateway, covers } = said;
    return covers.map(([epoch, from, to]) => ({
      community,
      gateway,
      epoch,
      from,
      to,
      records: to - from + 1,
    }));
  }
  return said.class === 'record' && isTelemetry(said) ? [goneRecord(said)] : [];
}

function isTelemetry({ lane, body }: RecordEntry): boolean {
  return lane === 'telemetry' && body.type !== 'gap';
}

function goneRecord({ community, gateway, epoch, sequence }: RecordEntry): Gone {
  return { community, gateway, epoch, from: sequence, to: sequence, records: 1 };
}

function byStream(gone: readonly Gone[]): SkippedEntry[] {
  const streams = Map.groupBy(gone, ({ community, gateway, epoch }) => `${community}/${gateway}/${epoch}`);
  return [...streams.values()].map((ofStream) => {
    const { community, gateway, epoch } = ofStream[0] as Gone;
    return {
      class: 'skipped',
      community,
      gateway,
      epoch,
      from: Math.min(...ofStream.map(({ from }) => from)),
      to: Math.max(...ofStream.map(({ to }) => to)),
      records: ofStream.reduce((sum, { records }) => sum + records, 0),
    };
  });
}
