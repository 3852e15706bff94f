import { randomBytes } from 'node:crypto';
import { isObject } from '../json-of-devices.ts';
import { answerTimeoutMs, askAgainMs } from './config.ts';

/** Requests to Zigbee2MQTT, one after another, each made again until it is done. */
export interface BridgeRequests {
  /** Asks, unless the same is asked already; where nobody listens it is forgotten until asked again. */
  ask(id: string): void;
  /** Nothing is asked of it any more. */
  forget(id: string): void;
  /** Takes a message of `bridge/response/…`; those of others are left alone. */
  onBridgeResponse(response: unknown): void;
  close(): void;
}

/**
 * Creates the requests of one kind.
 *
 * @param payloadOf What to ask; undefined where there is nothing to ask any more.
 * @param publish False where nobody can have heard.
 * @param onDone Told the answer's `data`; returns why that does not do, where it has to be asked again.
 */
export function createBridgeRequests(options: {
  payloadOf: (id: string) => Record<string, unknown> | undefined;
  publish: (payload: string) => boolean;
  onDone: (id: string, data: unknown) => string | undefined;
  onFailed: (id: string, reason: string) => void;
}): BridgeRequests {
  const { payloadOf, publish, onDone, onFailed } = options;
  const queue = new Set<string>();
  const failures = new Map<string, { times: number; timer: NodeJS.Timeout }>();
  let asked: { id: string; transaction: string; timer: NodeJS.Timeout } | undefined;

  const next = () => {
    for (const id of queue) {
      if (asked) return;
      queue.delete(id);
      const payload = payloadOf(id);
      const transaction = `shouwang-${randomBytes(8).toString('hex')}`;
      if (!payload || !publish(JSON.stringify({ ...payload, transaction }))) continue;
      asked = { id, transaction, timer: setTimeout(() => failed(id, 'no answer'), answerTimeoutMs) };
    }
  };
  const failed = (id: string, reason: string) => {
    clearTimeout(asked?.timer);
    asked = undefined;
    onFailed(id, reason);
    const times = (failures.get(id)?.times ?? 0) + 1;
    clearTimeout(failures.get(id)?.timer);
    const waitMs = askAgainMs[Math.min(times, askAgainMs.length) - 1];
    failures.set(id, { times, timer: setTimeout(() => ask(id), waitMs) });
    next();
  };
  const ask = (id: string) => {
    if (asked?.id !== id) queue.add(id);
    next();
  };
  const forget = (id: string) => {
    queue.delete(id);
    clearTimeout(failures.get(id)?.timer);
    failures.delete(id);
  };
  return {
    ask,
    forget,
    onBridgeResponse: (response) => {
      if (!asked || !isObject(response) || response.transaction !== asked.transaction) return;
      const { id, timer } = asked;
      const isOk = response.status === 'ok';
      const reason = isOk ? onDone(id, response.data) : `answered ${JSON.stringify(response.error)}`;
      if (reason !== undefined) return failed(id, reason.slice(0, 200));
      clearTimeout(timer);
      asked = undefined;
      forget(id);
      next();
    },
    close: () => {
      queue.clear();
      clearTimeout(asked?.timer);
      for (const { timer } of failures.values()) clearTimeout(timer);
    },
  };
}
