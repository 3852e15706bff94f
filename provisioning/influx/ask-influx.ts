import { readInfluxAddress } from '#ingest/store/influx/influx-address.ts';

/** An InfluxDB server and how it is met. */
export interface InfluxServer {
  url: string;
  /** Of InfluxDB 2 and 3, or `user:password` of 1.x. */
  token?: string | undefined;
  timeoutMs: number;
}

/** A row of an answer, by column. */
export type InfluxRow = Record<string, string | number | boolean | null>;

/** The server knows who asks, and that is not enough for this. */
export class NotAllowed extends Error {}

const checkToken = 'check STORE_INFLUX_TOKEN: user:password for 1.x, the token for 2.x and 3';

interface Answer {
  error?: string;
  results?: {
    error?: string;
    // An empty list, as of databases on a new server, has columns and no values.
    series?: { columns: string[]; values?: InfluxRow[string][][] }[];
  }[];
}

/**
 * Version reported by the server, without a leading "v".
 *
 * @throws {Error} with what to check, where nothing answers or the server is no InfluxDB.
 */
export async function influxVersion(server: InfluxServer): Promise<string> {
  const answer = await request(server, 'ping', {});
  await answer.arrayBuffer();
  const version = answer.headers.get('x-influxdb-version')?.replace(/^v/, '');
  if (version) return version;
  const hint = isRefusal(answer) ? `it refuses us: ${checkToken}` : 'it is no InfluxDB';
  throw new Error(
    `${readInfluxAddress(server).url} answered ${answer.status} and tells no InfluxDB version: ${hint}`,
  );
}

/**
 * Runs one InfluxQL statement; times are epoch ms.
 *
 * @throws {Error} with the server's message where it refuses; `NotAllowed` where our user lacks the right.
 */
export async function askInflux(
  server: InfluxServer,
  statement: string,
  database = '',
): Promise<InfluxRow[]> {
  const answer = await request(server, `query?${new URLSearchParams({ db: database, epoch: 'ms' })}`, {
    method: 'POST',
    body: new URLSearchParams({ q: statement }),
  });
  const text = await answer.text();
  const { error, results = [] } = parse(text);
  const refusal = error ?? results.find((result) => result.error)?.error;
  if (refusal !== undefined || !answer.ok) {
    const hint = isRefusal(answer) ? `; ${checkToken}` : '';
    throw new (answer.status === 403 ? NotAllowed : Error)(
      `InfluxDB at ${readInfluxAddress(server).url} refused ${statement} (${answer.status}): ${refusal ?? text.slice(0, 200)}${hint}`,
    );
  }
  return results.flatMap(({ series = [] }) =>
    series.flatMap(({ columns, values = [] }) =>
      values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
    ),
  );
}

/**
 * Asks an interface that speaks JSON, as 2.x and 3 Core have it for what is no InfluxQL.
 *
 * @param accepted Further statuses that are no error, returned as `status`.
 * @throws {Error} with the server's message where it refuses.
 */
export async function askInterface(
  server: InfluxServer,
  { method, path, body }: { method: 'GET' | 'POST' | 'PATCH' | 'DELETE'; path: string; body?: object },
  accepted: readonly number[] = [],
): Promise<{ status: number; answer: unknown }> {
  const response = await request(server, path, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok && !accepted.includes(response.status)) {
    const { message, error } = parse(text) as { message?: string; error?: string };
    const hint = isRefusal(response) ? `; ${checkToken}` : '';
    throw new Error(
      `InfluxDB at ${readInfluxAddress(server).url} refused ${method} ${path} (${response.status}): ${message ?? error}${hint}`,
    );
  }
  return { status: response.status, answer: text === '' ? undefined : parse(text) };
}

function isRefusal({ status }: Response): boolean {
  return status === 401 || status === 403;
}

function parse(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return { error: `an answer that is no JSON: ${text.slice(0, 200)}` };
  }
}

async function request(server: InfluxServer, path: string, init: RequestInit) {
  const { url, authorization } = readInfluxAddress(server);
  try {
    return await fetch(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      ...init,
      headers: { ...(init.headers as object), ...(authorization && { authorization }) },
      signal: AbortSignal.timeout(server.timeoutMs),
    });
  } catch (cause) {
    throw new Error(`no InfluxDB answers at ${url}: check STORE_INFLUX_URL and that it runs`, { cause });
  }
}
