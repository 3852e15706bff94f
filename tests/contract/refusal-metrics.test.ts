import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refusalReasons } from '#broker/errors.ts';
import { lanes } from '#contracts/facts/event-kinds.ts';
import { refusalCounters } from '#contracts/gateway-counters.ts';
import { dashboardErrorCodes } from '#dashboard/errors.ts';
import { metricsOutcomes } from '#ingest/receive/platform-metrics.ts';
import { recordOutcomes, stateOutcomes } from '#ingest/receive/receive-metrics.ts';
import { healthRules } from '#provisioning/grafana/health-rules.ts';
import { orderlyCuts } from '#provisioning/grafana/refusal-rules.ts';

const root = resolve(import.meta.dirname, '../..');
const without = <T extends string>(all: readonly T[], ...fine: string[]) =>
  all.filter((one) => !fine.includes(one));

/** Outcomes of a record that refuse nothing: it is kept, or is to come again in its order. */
const keptRecords = ['journalled', 'duplicate', 'raised-unreadable', 'dead-letter', 'left-awaiting'];

/** Metrics of what is refused, cut or left out, by the labels that say so; none where the metric says nothing else. */
const refusals: Record<string, string[]> = {
  broker_refusals_total: without(refusalReasons, ...orderlyCuts),
  dashboard_refusals_total: [...dashboardErrorCodes],
  dispatch_notifications_total: ['fail', 'retried'],
  dispatch_refused_tokens_total: [''],
  ingest_refused_tokens_total: [''],
  ingest_records_total: lanes.flatMap((lane) =>
    without(recordOutcomes, ...keptRecords)
      // An alarm goes into the reserve, and only a letter finds no room.
      .filter((outcome) => !(lane === 'alarm' && outcome === 'left-journal-full'))
      .filter((outcome) => !(lane === 'telemetry' && outcome === 'left-full'))
      .map((outcome) => `${lane}/${outcome}`),
  ),
  ingest_gateway_states_total: without(stateOutcomes, 'journalled', 'ignored', 'retained', 'dead-letter'),
  ingest_metrics_messages_total: without(metricsOutcomes, 'taken'),
  ingest_dead_letters: [''],
  ingest_dead_letters_dropped: [''],
  ingest_alarm_dead_letters_dropped: [''],
  ingest_store_refused: [''],
  ingest_store_refused_summaries: [''],
};

/** Refusals that another metric tells the platform as well. */
const toldByAnother = {
  dashboard_sign_ins_total: 'dashboard_refusals_total',
  dispatch_actions_total: 'dashboard_refusals_total',
  ingest_dead_letters_total: 'ingest_dead_letters',
  ingest_store_failing: 'ingest_store_refused',
  edge_events_total: 'counters of heartbeats',
  edge_node_red_refused_sign_ins_total: 'flow-editor-refused',
};

const noRefusals = [
  ...['broker_publishes_total', 'broker_payload_bytes_total', 'broker_deliveries_total'],
  ...['broker_received_bytes_total', 'broker_sent_bytes_total', 'broker_throttled_total'],
  ...['broker_pending_connections', 'broker_gateway_connections', 'broker_service_connections'],
  ...['broker_retained_messages', 'broker_retained_bytes', 'broker_retained_unwritten'],
  ...[
    'dashboard_live_pages',
    'dashboard_access_entries_waiting',
    'dashboard_live_updates_total',
    'dashboard_slow_pages_total',
  ],
  ...[
    'dispatch_warning_transitions_total',
    'dispatch_other_command_results_total',
    'dispatch_possible_repeats_total',
  ],
  ...['ingest_unknown_fields_total', 'ingest_other_gateway_records_total', 'ingest_disk_free_ratio'],
  ...['ingest_journal_bytes', 'ingest_journal_position', 'ingest_journal_used_ratio'],
  ...['ingest_journal_skipped_records', 'ingest_store_lag', 'ingest_warning_lag', 'warning_'],
  ...[
    'edge_connected',
    'edge_clock_offset_ms',
    'edge_outbox_',
    'edge_node_red_connected',
    'edge_node_red_lost',
  ],
];

const sources = globSync('{broker,dashboard,dispatch,edge,ingest,runtime,warning}/**/*.ts', { cwd: root })
  .filter((file) => !/\.(test|fixture)\.ts$/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'));
const metricNames = new Set(
  sources.flatMap((text) =>
    [...text.matchAll(/create(?:Labelled)?(?:Counter|Gauge)\(\s*[\w.]+,\s*['`]([a-z_]+)/g)].map(
      ([, name]) => name,
    ),
  ),
);

test('every metric of the platform is known as one of refusals or not', () => {
  expect([...metricNames].toSorted()).toEqual(
    [...Object.keys(refusals), ...Object.keys(toldByAnother), ...noRefusals].toSorted(),
  );
});

describe.each(Object.entries(refusals))('refusals of %s', (metric, labels) => {
  test.each(labels)('by label "%s" have a rule in Grafana', (label) => {
    expect(healthRules.filter(({ query }) => watches(query, metric, label)).length).toBeGreaterThan(0);
  });
});

test.each(refusalCounters)('a gateway that counts %s has a rule in Grafana', (counter) => {
  const field = `"${counter.replaceAll('-', '_')}"`;
  expect(healthRules.filter(({ query }) => query.includes(field))).toHaveLength(1);
});

function watches(query: string, metric: string, label: string): boolean {
  const only = [...query.matchAll(/"labels" = '([^']+)'/g)].map(([, one]) => one);
  return (
    query.includes(`"name" = '${metric}'`) &&
    !query.includes(`"labels" != '${label}'`) &&
    (only.length === 0 || only.includes(label))
  );
}
