import { type Lane, lanes } from '#contracts/facts/event-kinds.ts';
import { createCounter, type Metrics } from '#runtime/health.ts';
import type { BatchResult } from './commit-batch.ts';
import type { ValidationResult } from './validation-result.ts';

/** What became of a record; `left-…`: its gateway is to send it again. */
export const recordOutcomes = [
  'journalled',
  'duplicate',
  'dead-letter',
  'raised-unreadable',
  'conflicting-identity',
  'commit-failed',
  'left-full',
  'left-awaiting',
  'left-journal-full',
  'left-queue',
] as const;
type RecordOutcome = (typeof recordOutcomes)[number];

/** What became of a gateway's state. */
export const stateOutcomes = ['journalled', 'ignored', 'retained', 'dead-letter', 'left-queue'] as const;

/** Counts what receiving does. */
export interface ReceiveMetrics {
  committed(lane: Lane, batch: BatchResult, validations: readonly ValidationResult[]): void;
  commitFailed(lane: Lane, records: number): void;
  /** What its gateway is to send again: records, or messages not yet read where its queue is full. */
  leftToResend(lane: Lane, records: number, why: 'awaiting' | 'journal-full' | 'queue'): void;
  stateMessage(outcome: (typeof stateOutcomes)[number]): void;
}

/** Creates the counters of receiving. */
export function createReceiveMetrics(metrics: Metrics): ReceiveMetrics {
  const records = createCounter(metrics, 'ingest_records_total', 'Records by lane and outcome.', [
    'lane',
    'outcome',
  ]);
  const deadLetters = createCounter(
    metrics,
    'ingest_dead_letters_total',
    'Dead letters by lane and reason.',
    ['lane', 'reason'],
  );
  const unknownFields = createCounter(
    metrics,
    'ingest_unknown_fields_total',
    'Alarms that carried fields this release does not know.',
  );
  const ofOthers = createCounter(
    metrics,
    'ingest_other_gateway_records_total',
    'Records that a gateway sent for another gateway\u2019s device, by lane.',
    ['lane'],
  );
  const states = createCounter(metrics, 'ingest_gateway_states_total', 'Gateway state messages by outcome.', [
    'outcome',
  ]);
  // From 0 on, or a chart of what rises would miss all that comes before the first report.
  for (const lane of lanes) for (const outcome of recordOutcomes) records.inc({ lane, outcome }, 0);
  for (const outcome of stateOutcomes) states.inc({ outcome }, 0);
  return {
    committed: (lane, batch, validations) => {
      const count = (outcome: RecordOutcome, value: number) => {
        if (value > 0) records.inc({ lane, outcome }, value);
      };
      count('journalled', batch.journalled);
      count('duplicate', batch.duplicates);
      count('dead-letter', batch.deadLetters);
      count('raised-unreadable', batch.raised);
      count('left-full', batch.full);
      count('conflicting-identity', batch.conflicts);
      for (const validation of validations) {
        if (validation.outcome === 'rejected')
          deadLetters.inc({ lane, reason: validation.deadLetter.reason });
        else {
          if (validation.hasUnknownFields) unknownFields.inc();
          if (validation.record.saidByOther) ofOthers.inc({ lane });
        }
      }
    },
    commitFailed: (lane, count) => records.inc({ lane, outcome: 'commit-failed' }, count),
    leftToResend: (lane, count, why) => records.inc({ lane, outcome: `left-${why}` }, count),
    stateMessage: (outcome) => states.inc({ outcome }),
  };
}
