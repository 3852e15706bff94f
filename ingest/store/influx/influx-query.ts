import { IngestError } from '../../errors.ts';

/** A row of an InfluxQL answer: its columns, and the tags it was grouped by. */
export type InfluxRow = Record<string, string | number | boolean | null>;

/** Asks InfluxQL over `/query`, which 1.x, 2.x and 3 Core all answer. */
export type InfluxQuery = (q: string, params?: Record<string, string | number>) => Promise<InfluxRow[]>;

interface Answer {
  error?: string;
  results?: {
    error?: string;
    series?: { tags?: Record<string, string>; columns: string[]; values?: InfluxRow[string][][] }[];
  }[];
}

/**
 * Creates the asker. Values travel as bound parameters, never inside the query's text.
 *
 * @throws {IngestError} `INGEST_STORE_UNREACHABLE` where no answer came, `INGEST_STORE_REFUSED_QUERY`
 * with the server's words.
 */
export function createInfluxQuery(options: {
  url: string;
  database: string;
  token?: string;
  timeoutMs: number;
}): InfluxQuery {
  const endpoint = new URL('query', options.url.endsWith('/') ? options.url : `${options.url}/`);
  endpoint.searchParams.set('db', options.database);
  endpoint.searchParams.set('epoch', 'ms');
  const ask = async (q: string, params: Record<string, string | number>) => {
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        body: new URLSearchParams({ q, params: JSON.stringify(params) }),
        headers: options.token ? { authorization: `Token ${options.token}` } : {},
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      return { status: response.status, answer: (await response.json()) as Answer };
    } catch (cause) {
      throw new IngestError('INGEST_STORE_UNREACHABLE', `InfluxDB at ${options.url} did not answer`, {
        cause,
      });
    }
  };
  return async (q, params = {}) => {
    const { status, answer } = await ask(q, params);
    const error = answer.error ?? answer.results?.find((result) => result.error)?.error;
    if (error || status >= 400) {
      throw new IngestError(
        'INGEST_STORE_REFUSED_QUERY',
        `InfluxDB refused a query (${status}): ${error ?? ''}`,
      );
    }
    return (answer.results ?? []).flatMap(({ series = [] }) =>
      // A listing without entries comes with its columns alone.
      series.flatMap(({ tags, columns, values = [] }) =>
        values.map((row) => ({
          ...tags,
          ...Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
        })),
      ),
    );
  };
}
