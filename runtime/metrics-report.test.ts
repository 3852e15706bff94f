import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { MetricsMessage, maxMetricValues } from '#contracts/metrics.ts';
import { createValidator } from '#contracts/validate.ts';
import { createCounter, createGauge, createLabelledGauge, createMetrics } from './health.ts';
import { silentLog } from './log.ts';
import { metricValues, startMetricsReport } from './metrics-report.ts';

test('counters and gauges are told with their labels in order of name, and of every process a few', async () => {
  const metrics = createMetrics();
  const records = createCounter(metrics, 'records_total', 'Records.', ['outcome', 'lane']);
  records.inc({ outcome: 'journalled', lane: 'alarm' }, 3);
  createGauge(metrics, 'lag', 'Lag.', () => 7);
  createGauge(metrics, 'unknown', 'No number.', () => Number.NaN);
  const values = await metricValues(metrics);
  expect(values.filter(({ name }) => !/^(process|nodejs)_/.test(name))).toEqual([
    { name: 'records_total', labels: 'alarm/journalled', value: 3 },
    { name: 'lag', value: 7 },
  ]);
  expect(values).toContainEqual({ name: 'process_resident_memory_bytes', value: expect.any(Number) });
  expect(values.map(({ name }) => name)).not.toContain('nodejs_version_info');
  expect(createValidator(MetricsMessage)({ schemaVersion: 1, values })).toMatchObject({ ok: true });
});

test('a labelled gauge lets go of what is not read any more', async () => {
  const metrics = createMetrics();
  let states = ['live', 'stale'];
  createLabelledGauge(metrics, 'devices', 'Devices.', ['state'], () =>
    states.map((state) => ({ labels: { state }, value: 1 })),
  );
  const told = async () =>
    (await metricValues(metrics)).flatMap(({ name, labels }) => (name === 'devices' ? [labels] : []));
  expect(await told()).toEqual(['live', 'stale']);
  states = ['stale'];
  expect(await told()).toEqual(['stale']);
});

test('a process that counts more than fits tells what fits', async () => {
  const metrics = createMetrics();
  const many = createCounter(metrics, 'many_total', 'Many.', ['one']);
  for (let one = 0; one < maxMetricValues + 10; one++) many.inc({ one: String(one) });
  expect(await metricValues(metrics)).toHaveLength(maxMetricValues);
});

test('metrics are told at once, at every interval and when asked for, until it is closed', async () => {
  const told = new PassThrough({ objectMode: true });
  const { report, close } = startMetricsReport({
    metrics: createMetrics(),
    send: (message) => told.write(message),
    log: silentLog(),
    intervalMs: 20,
  });
  for (const _ of [1, 2, 3]) expect((await once(told, 'data'))[0]).toMatchObject({ schemaVersion: 1 });
  close();
  const asked = once(told, 'data');
  report();
  expect((await asked)[0]).toMatchObject({ values: expect.any(Array) });
});

test('what cannot be sent disturbs nothing', async () => {
  const tries: number[] = [];
  const sent = Promise.withResolvers<void>();
  const { close } = startMetricsReport({
    metrics: createMetrics(),
    send: () => {
      tries.push(tries.length);
      if (tries.length === 2) sent.resolve();
      throw new Error('not connected');
    },
    log: silentLog(),
    intervalMs: 5,
  });
  await sent.promise;
  close();
  expect(tries.slice(0, 2)).toEqual([0, 1]);
});
