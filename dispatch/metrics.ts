import { createCounter, type Metrics } from '#runtime/health.ts';

/** What dispatch counts. */
export type DispatchMetrics = ReturnType<typeof createDispatchMetrics>;

/** Creates dispatch's counters. */
export function createDispatchMetrics(metrics: Metrics) {
  const notifications = createCounter(
    metrics,
    'dispatch_notifications_total',
    'Messages handed to channels, by result.',
    ['state'],
  );
  // From 0 on, or a chart of what rises would miss all that comes before the first report.
  for (const state of ['sent', 'retried', 'fail'] as const) notifications.inc({ state }, 0);
  return {
    notifications,
    refusedTokens: createCounter(
      metrics,
      'dispatch_refused_tokens_total',
      'Requests without the token of the services.',
    ),
    transitions: createCounter(
      metrics,
      'dispatch_warning_transitions_total',
      'Entries of the warning log, by outcome.',
      ['outcome'],
    ),
    actions: createCounter(metrics, 'dispatch_actions_total', 'Requests, by action and answer.', [
      'action',
      'answer',
    ]),
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
