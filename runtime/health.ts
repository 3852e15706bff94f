import { createServer } from 'node:http';
import promClient from 'prom-client';
import { listen } from './listen.ts';

/** A process's own state: `ok` false turns `/health` to 503. */
export interface Health {
  ok: boolean;
  detail: Record<string, unknown>;
}

/** Metrics of one process, in Prometheus text at `/metrics`. */
export type Metrics = promClient.Registry;

/** Creates an empty set of metrics with the process's own (memory, CPU, event loop delay). */
export function createMetrics(): Metrics {
  const metrics = new promClient.Registry();
  promClient.collectDefaultMetrics({ register: metrics });
  return metrics;
}

/** Creates a counter with labels. */
export function createCounter<L extends string>(
  metrics: Metrics,
  name: string,
  help: string,
  labels: L[] = [],
) {
  return new promClient.Counter({ name, help, labelNames: labels, registers: [metrics] });
}

/**
 * Creates a counter with one label that is read when `/metrics` is asked: what is counted for every message costs the
 * increment of a number then.
 */
export function createLabelledCounter(
  metrics: Metrics,
  name: string,
  help: string,
  { label, read }: { label: string; read: () => Iterable<readonly [labelValue: string, count: number]> },
) {
  return new promClient.Counter({
    name,
    help,
    labelNames: [label],
    registers: [metrics],
    collect() {
      this.reset();
      for (const [value, count] of read()) this.inc({ [label]: value }, count);
    },
  });
}

/** Creates a gauge read when `/metrics` is asked. */
export function createGauge(metrics: Metrics, name: string, help: string, read: () => number) {
  return new promClient.Gauge({
    name,
    help,
    registers: [metrics],
    collect() {
      this.set(read());
    },
  });
}

/** Creates a gauge with labels, read when `/metrics` is asked; what is not read any more is gone. */
export function createLabelledGauge<L extends string>(
  metrics: Metrics,
  name: string,
  help: string,
  labels: L[],
  read: () => { labels: Record<L, string>; value: number }[],
) {
  return new promClient.Gauge({
    name,
    help,
    labelNames: labels,
    registers: [metrics],
    collect() {
      this.reset();
      for (const row of read()) this.set(row.labels, row.value);
    },
  });
}

/** Serves `/health` (200 or 503, JSON) and `/metrics` for probes; loopback unless told otherwise. */
export async function serveHealth(options: {
  host: string;
  port: number;
  setting: string;
  metrics: Metrics;
  health: () => Health;
}): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer(async (request, response) => {
    if (request.url === '/metrics') {
      response.setHeader('content-type', options.metrics.contentType);
      response.end(await options.metrics.metrics());
      return;
    }
    const health = options.health();
    response.statusCode = request.url === '/health' ? (health.ok ? 200 : 503) : 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(response.statusCode === 404 ? { ok: false } : health));
  });
  const port = await listen(server, options);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
