import { IngestError } from '../../errors.ts';
import { StoreUnreachable } from '../store-errors.ts';
import { readInfluxAddress } from './influx-address.ts';
import { troubleOfAnswer } from './influx-refusals.ts';
import { givenText, literal } from './influx-text.ts';

/** A row of an InfluxQL answer: its columns, and the tags it was grouped by. */
export type InfluxRow = Record<string, string | number | boolean | null>;

/** Asks InfluxQL over `/query`, which 1.x, 2.x and 3 Core all answer. */
export type InfluxQuery = (q: string, values?: Record<string, string>) => Promise<InfluxRow[]>;

interface Answer {
  error?: string;
  /** What 2.x calls it. */
  message?: string;
  results?: {
    error?: string;
    series?: { tags?: Record<string, string>; columns: string[]; values?: InfluxRow[string][][] }[];
  }[];
}

/** Answers that a later try may change: not let in (the token is about to be set), too much at once, away. */
const passing = [401, 403, 429, 502, 503, 504];

/**
 * Creates the query function. `$name` in a query is replaced by a value, put there as an escaped literal: 3 Core binds no
 * parameters over `/query`.
 *
 * @throws {StoreUnreachable} where no answer came or a later one may differ.
 * @throws {IngestError} `INGEST_STORE_REFUSED_QUERY` with the server's words.
 */
export function createInfluxQuery(options: {
  url: string;
  database: string;
  token?: string;
  timeoutMs: number;
}): InfluxQuery {
  const { url, authorization } = readInfluxAddress(options);
  const endpoint = new URL('query', url.endsWith('/') ? url : `${url}/`);
  endpoint.searchParams.set('db', options.database);
  endpoint.searchParams.set('epoch', 'ms');
  const ask = async (q: string) => {
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        body: new URLSearchParams({ q }),
        headers: authorization ? { authorization } : {},
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw new StoreUnreachable('no-answer', `InfluxDB at ${url} did not answer`, { cause });
    }
  };
  return async (q, values) => {
    const { status, text } = await ask(values ? withValues(q, values) : q);
    const answer = parse(text);
    const error =
      answer === undefined
        ? `no JSON: ${text.slice(0, 200)}`
        : (answer.error ?? answer.message ?? answer.results?.find((result) => result.error)?.error);
    if (passing.includes(status) || (answer === undefined && status < 400)) {
      throw new StoreUnreachable(
        troubleOfAnswer(status, `${error}`),
        `InfluxDB at ${url} answered ${status}: ${error}`,
      );
    }
    if (error !== undefined || status >= 400) {
      throw new IngestError(
        'INGEST_STORE_REFUSED_QUERY',
        `InfluxDB refused a query (${status}): ${error ?? ''}`,
      );
    }
    return (answer?.results ?? []).flatMap(({ series = [] }) =>
      // A listing without entries comes with its columns alone.
      series.flatMap(({ tags = {}, columns, values = [] }) => {
        const group = Object.entries(tags).map(([name, value]) => [name, givenCell(value)]);
        return values.map((row) =>
          Object.fromEntries([
            ...group,
            ...columns.map((column, index) => [column, givenCell(row[index] ?? null)]),
          ]),
        );
      }),
    );
  };
}

function withValues(q: string, values: Record<string, string>): string {
  return q.replace(/\$([a-z]\w*)/gi, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`a query without its value ${name}`);
    return literal(value);
  });
}

/** The answer, or undefined for one that is no JSON: 3 Core refuses in plain words, a proxy in HTML. */
function parse(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined;
  }
}

function givenCell(value: InfluxRow[string]): InfluxRow[string] {
  return typeof value === 'string' ? givenText(value) : value;
}
