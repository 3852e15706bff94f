import type { Lane } from '#contracts/event-kinds.ts';
import { createCounter, type Metrics } from '#runtime/health.ts';
import type { Judgement } from './judgement.ts';
import type { TakenIn } from './take-in.ts';

/** Counts what receiving does. */
export interface ReceiveMetrics {
  taken(lane: Lane, taken: TakenIn, judgements: readonly Judgement[]): void;
  commitFailed(lane: Lane, records: number): void;
  /** What its gateway is to send again: records, or messages not yet read where its queue is full. */
  leftToResend(lane: Lane, records: number, why: 'awaiting' | 'journal-full' | 'queue'): void;
  stateMessage(outcome: 'journalled' | 'ignored' | 'retained' | 'dead-letter' | 'left-queue'): void;
}

/** Creates the counters of receiving. */
export function createReceiveMetrics(metrics: Metrics): ReceiveMetrics {
  const records = createCounter(metrics, 'ingest_records_total', 'Records by lane and outcome.', [
    'lane',
    'outcome',
  ]);
  const letters = createCounter(metrics, 'ingest_dead_letters_total', 'Dead letters by lane and reason.', [
    'lane',
    'reason',
  ]);
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
  return {
    taken: (lane, taken, judgements) => {
      const count = (outcome: string, value: number) => {
        if (value > 0) records.inc({ lane, outcome }, value);
      };
      count('journalled', taken.journalled);
      count('duplicate', taken.duplicates);
      count('dead-letter', taken.deadLetters);
      count('raised-unreadable', taken.raised);
      count('left-full', taken.full);
      count('conflicting-identity', taken.conflicts);
      for (const judgement of judgements) {
        if (judgement.outcome === 'rejected') letters.inc({ lane, reason: judgement.letter.reason });
        else {
          if (judgement.hasUnknownFields) unknownFields.inc();
          if (judgement.record.saidByOther) ofOthers.inc({ lane });
        }
      }
    },
    commitFailed: (lane, count) => records.inc({ lane, outcome: 'commit-failed' }, count),
    leftToResend: (lane, count, why) => records.inc({ lane, outcome: `left-${why}` }, count),
    stateMessage: (outcome) => states.inc({ outcome }),
  };
}
