import { factsOf } from '#contracts/facts/event-kinds.ts';
import { isPlausible } from '#contracts/facts/quantities.ts';
import type { IncidentEntry, JournalEntry, RecordEntry, SkippedEntry } from '#contracts/journal-entry.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { gatewayPoint, metricPoints } from './platform-points.ts';
import type { StorePoint } from './store-point.ts';

/** Times that every engine can hold: InfluxDB counts nanoseconds in 64 bits, from 1677 to 2262. */
const latestTime = Date.UTC(2262, 0, 1);

/**
 * The points of a journal entry; none for keep-alives and ticks.
 *
 * @throws {RangeError} for a time before 1970 or after 2261.
 */
export function pointsOf(entry: JournalEntry): StorePoint[] {
  if (entry.class === 'incident') return [incidentPoint(entry, entry.position, entry.receivedAt)];
  if (entry.class === 'skipped') return [skippedPoint(entry, entry.position, entry.receivedAt)];
  if (entry.class === 'gateway') return [gatewayPoint(entry, entry.position, entry.receivedAt)];
  if (entry.class === 'metrics') return metricPoints(entry, entry.position, entry.receivedAt);
  if (entry.class !== 'record') return [];
  if (!(entry.capturedAt >= 0 && entry.capturedAt < latestTime)) {
    throw new RangeError(`time ${entry.capturedAt} is outside the years 1970 to 2261`);
  }
  return recordPoints(entry);
}

function recordPoints(entry: RecordEntry & { position: number; receivedAt: number }): StorePoint[] {
  const { community, device, late, body, position, saidByOther } = entry;
  // Charts and latest values are of what a device's own gateway says; the journal keeps the rest.
  if (saidByOther && body.type !== 'event' && body.type !== 'command-result') return [];
  const base = { community, device, at: measuredAt(entry), position, late };
  switch (body.type) {
    case 'reading': {
      const { quantity, value, unit } = body;
      const plausible = isPlausible(quantity, value) && isOfItsTime(entry.capturedAt, entry.receivedAt);
      return [{ type: 'reading', ...base, quantity, value, unit, plausible, part: 0 }];
    }
    case 'position': {
      const { latitude, longitude, accuracyM, source, lastKnown } = body.position;
      // Where a device last was is no fix of now: a trail holds that fix once, at its own time.
      if (lastKnown) return [];
      const accuracy = accuracyM !== undefined && { accuracyM };
      return [{ type: 'position', ...base, latitude, longitude, ...accuracy, source }];
    }
    case 'waveform':
      return waveformPoints(body, base);
    case 'event': {
      const level = factsOf(body.kind).level;
      return [
        {
          type: 'event',
          ...base,
          kind: body.kind,
          active: body.active ?? true,
          ...(entry.possibleRepeat && { possibleRepeat: true }),
          ...(saidByOther && { saidByOther }),
          ...(level && { level }),
          ...(body.code !== undefined && { code: body.code }),
          ...(body.credential && { means: body.credential.means }),
        },
      ];
    }
    case 'command-result':
      return [{ type: 'event', ...base, kind: 'command-result', active: true, code: body.result }];
    case 'gap': {
      const { gateway, lane, sequence } = entry;
      const { from, reason } = body;
      return [{ type: 'gap', community, at: base.at, position, gateway, lane, from, to: sequence, reason }];
    }
    case 'keep-alive':
      return [];
  }
}

/** A device's own clock is believed of the past for so long, in ms: beyond it rather lost its battery. */
const maxHistoryMs = 31 * 86_400_000;
/** So far ahead of ours a gateway's time may be, in ms. */
const maxAheadMs = 60_000;
/** Older times count as a clock that was never set, in ms. */
const oldestMs = 10 * 365 * 86_400_000;

/**
 * When a record was measured: gateway time, except for what the device itself says is old. A watch that comes back
 * sends a morning at once, and that morning is not now; only its own clock knows when it was.
 */
export function measuredAt({
  historical,
  observedAt,
  capturedAt,
  receivedAt,
}: RecordEntry & { receivedAt: number }): number {
  const isBelieved =
    historical === true &&
    observedAt !== undefined &&
    observedAt < capturedAt &&
    observedAt > capturedAt - maxHistoryMs;
  if (isBelieved) return observedAt;
  return isOfItsTime(capturedAt, receivedAt) ? capturedAt : Math.min(capturedAt, receivedAt);
}

/** Gateways' clocks are corrected, so a time well ahead of ours, or of another decade, is none. */
function isOfItsTime(capturedAt: number, receivedAt: number): boolean {
  return capturedAt <= receivedAt + maxAheadMs && capturedAt >= receivedAt - oldestMs;
}

function waveformPoints(
  body: Extract<RecordEntry['body'], { type: 'waveform' }>,
  base: { community: string; device: string; position: number; late: boolean },
): StorePoint[] {
  const start = fromTimestamp(body.start);
  if (!(start >= 0 && start < latestTime)) {
    throw new RangeError(`waveform start ${body.start} is outside the years 1970 to 2261`);
  }
  const { quantity, unit, rateHz } = body;
  return body.samples.map((value, part) => ({
    type: 'reading',
    ...base,
    at: start + (part * 1000) / rateHz,
    quantity,
    value,
    unit,
    plausible: true,
    part,
  }));
}

function skippedPoint(entry: SkippedEntry, position: number, at: number): StorePoint {
  const { community, gateway, from, to } = entry;
  return {
    type: 'gap',
    community,
    at,
    position,
    gateway,
    lane: 'telemetry',
    from,
    to,
    reason: 'journal-full',
  };
}

function incidentPoint(entry: IncidentEntry, position: number, at: number): StorePoint {
  const { community, incident, change, transition, kind, level, drill, outcome, building } = entry;
  const { responseMs } = entry;
  return {
    type: 'incident',
    community,
    at,
    position,
    incident,
    change,
    transition,
    kind,
    level,
    drill,
    ...(outcome !== undefined && { outcome }),
    ...(building !== undefined && { building }),
    ...(responseMs !== undefined && { responseMs }),
  };
}
