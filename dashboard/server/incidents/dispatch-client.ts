import {
  type ActionDone,
  ActionDone as ActionDoneSchema,
  CommandIssued,
  type Delivery,
  DeliveryReceipts,
  DispatchRefusal,
  type WallReport,
} from '#contracts/dispatch-api.ts';
import { createValidator } from '#contracts/validate.ts';
import { errorCode } from '#runtime/errors.ts';
import { DashboardError } from '../../errors.ts';

/** What dispatch answered to an action: done, or refused with its own code and status. */
export type DispatchAnswer =
  | { done: true; action: ActionDone | CommandIssued }
  | { done: false; status: number; refusal: DispatchRefusal };

/** Dispatch's HTTP interface, to which every action is passed on. */
export interface DispatchClient {
  /**
   * Asks for an action.
   *
   * @param path e.g. `/incidents/{id}/acknowledge`, its parts already encoded.
   * @throws {DashboardError} `DISPATCH_UNREACHABLE`, `DISPATCH_TOKEN_REFUSED` or `DISPATCH_FAILED`.
   */
  perform(path: string, body: { request: string; actor: string }): Promise<DispatchAnswer>;
  /**
   * Tells which messages pages took, at most `maxDeliveries`.
   *
   * @throws {DashboardError} as `perform`.
   */
  deliver(deliveries: readonly Delivery[]): Promise<DeliveryReceipts>;
  /** Tells who watches the walls. @throws {DashboardError} as `perform`. */
  reportWalls(report: WallReport): Promise<void>;
  /** True where dispatch answers anything at all within 2 s. */
  isReachable(): Promise<boolean>;
}

const actTimeoutMs = 5000;
const probeTimeoutMs = 2000;
const checkDone = createValidator(ActionDoneSchema);
const checkIssued = createValidator(CommandIssued);
const checkDelivered = createValidator(DeliveryReceipts);
const checkRefusal = createValidator(DispatchRefusal);

/** Creates a client of dispatch. */
export function createDispatchClient(options: {
  url: string;
  token: string;
  timeoutMs?: number;
}): DispatchClient {
  const base = options.url.replace(/\/+$/, '');

  const ask = (method: 'POST' | 'PUT', path: string, body: object, signal: AbortSignal) =>
    fetch(base + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token}` },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal,
    });

  const send = async (method: 'POST' | 'PUT', path: string, body: object): Promise<Response> => {
    const signal = AbortSignal.timeout(options.timeoutMs ?? actTimeoutMs);
    try {
      return await ask(method, path, body, signal).catch((error) => {
        // A connection kept open over dispatch's restart breaks at its next use. Its request id makes an
        // action idempotent, so it may be sent again.
        if (!isBrokenConnection(error)) throw error;
        return ask(method, path, body, signal);
      });
    } catch (cause) {
      throw new DashboardError(
        'DISPATCH_UNREACHABLE',
        'dispatch does not answer, so it is not known whether this was done; try again, and act by phone meanwhile',
        { cause, retryAfterS: 2 },
      );
    }
  };

  return {
    perform: async (path, body) => readAnswer(await send('POST', path, body)),
    deliver: async (deliveries) => {
      const response = await send('POST', '/deliveries', { deliveries });
      const taken = checkDelivered(await response.json().catch(() => undefined));
      if (response.ok && taken.ok) return taken.value;
      throw new DashboardError('DISPATCH_FAILED', `dispatch answered ${response.status} to deliveries`);
    },
    reportWalls: async (report) => {
      const response = await send('PUT', '/walls', report);
      await response.body?.cancel();
      if (!response.ok) {
        throw new DashboardError(
          'DISPATCH_FAILED',
          `dispatch answered ${response.status} to a report of walls`,
        );
      }
    },
    isReachable: async () => {
      try {
        const response = await fetch(`${base}/health`, { signal: AbortSignal.timeout(probeTimeoutMs) });
        await response.body?.cancel();
        return true;
      } catch {
        return false;
      }
    },
  };
}

async function readAnswer(response: Response): Promise<DispatchAnswer> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  if (status === 401 || status === 403) {
    throw new DashboardError('DISPATCH_TOKEN_REFUSED', 'dispatch refuses DASHBOARD_DISPATCH_TOKEN');
  }
  const done = checkDone(body);
  if (response.ok && done.ok) return { done: true, action: done.value };
  const issued = checkIssued(body);
  if (response.ok && issued.ok) return { done: true, action: issued.value };
  const refusal = checkRefusal(body);
  if (!response.ok && refusal.ok) return { done: false, status, refusal: refusal.value };
  throw new DashboardError(
    'DISPATCH_FAILED',
    `dispatch answered ${status} with nothing this release understands`,
  );
}

function isBrokenConnection(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(errorCode(cause) ?? '');
}
