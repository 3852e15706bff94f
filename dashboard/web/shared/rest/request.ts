import type { Refusal } from '#contracts/rest.ts';

/** A request that does not answer within so long counts as unanswered, in ms. */
const timeoutMs = 10_000;

/** A request that was refused, or that nobody answered (`status` 0). */
export class RequestFailed extends Error {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The server's stable code, where it gave one. */
  readonly code: string | undefined;
  /** Seconds to wait before another try, with status 429. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, refusal: Partial<Refusal>, retryAfterSeconds?: number, options?: ErrorOptions) {
    super(refusal.message ?? `HTTP ${status}`, options);
    this.name = 'RequestFailed';
    this.status = status;
    this.code = refusal.code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** True where it is unknown whether the server did what it was asked. */
  get isUnanswered(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/**
 * Asks the platform's REST interface; the answer's shape is the contract's word, which the server keeps.
 *
 * @throws {RequestFailed} when refused or unanswered.
 */
export async function request<T>(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await send(method, path, {
    ...(body && { body: JSON.stringify(body) }),
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
  });
  if (!response.ok) throw await failureOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function send(method: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(timeoutMs),
      ...init,
    });
  } catch (cause) {
    throw new RequestFailed(0, { message: 'no answer' }, undefined, { cause });
  }
}

/** Why a request was refused, in the server's words. */
export async function failureOf(response: Response): Promise<RequestFailed> {
  const refusal: unknown = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get('retry-after'));
  return new RequestFailed(
    response.status,
    typeof refusal === 'object' && refusal !== null ? refusal : {},
    Number.isFinite(retryAfter) && retryAfter > 0 ? Math.ceil(retryAfter) : undefined,
  );
}

/** A new id for an action, which makes its repeat harmless; plain HTTP pages have no `crypto.randomUUID`. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
