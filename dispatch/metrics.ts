import { createCounter, type Metrics } from '#runtime/health.ts';

/** What dispatch counts. */
export type DispatchMetrics = ReturnType<typeof createDispatchMetrics>;

/** Creates dispatch's counters. */
export function createDispatchMetrics(metrics: Metrics) {
  return {
    lines: createCounter(
      metrics,
      'dispatch_warning_lines_total',
      'Lines of the warning log, by what became of them.',
      ['outcome'],
    ),
    acts: createCounter(metrics, 'dispatch_acts_total', 'Requests, by act and answer.', ['act', 'answer']),
    notifications: createCounter(
      metrics,
      'dispatch_notifications_total',
      'Messages handed to channels, by result.',
      ['state'],
    ),
    otherCommands: createCounter(
      metrics,
      'dispatch_other_command_results_total',
      'Results of commands that flows on a gateway gave.',
    ),
    possibleRepeats: createCounter(
      metrics,
      'dispatch_possible_repeats_total',
      'Messages that may have gone out before a restart.',
    ),
  };
}
