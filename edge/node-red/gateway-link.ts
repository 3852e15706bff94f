import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '#runtime/log.ts';
import { EdgeError, edgeErrorCodes } from '../errors.ts';
import type { FeedRecord, FlowObservation, PublishAnswer, Refusal } from './feed-messages.ts';
import { readFeed } from './feed-reader.ts';

/** Most publishes that wait for the agent at once; beyond, a flow is refused. */
export const maxWaitingPublishes = 100;

const reconnectMs = 1000;
const answerTimeoutMs = 5000;
/** How long a publish tries, in ms; a restart of the agent takes a few seconds. */
const publishTimeoutMs = 60_000;

/** Whether copies arrive now. */
export type LinkState = 'connected' | 'connecting';

/** The flows' link to the agent of their gateway; it comes back by itself. */
export interface GatewayLink {
  readonly state: LinkState;
  /** Copies that were lost because flows were slow, since the start. */
  readonly lost: number;
  /** Calls with every copy of a record; the returned function ends it. */
  onRecord(listener: (record: FeedRecord) => void): () => void;
  /** Calls with the state now and at every change of it or of `lost`. */
  onState(listener: (state: LinkState, lost: number) => void): () => void;
  /**
   * Has the agent take an observation as `node-red:<device>`, once, however often it is sent.
   *
   * @throws {EdgeError} with the agent's reason; `FLOW_GATEWAY_AWAY` after a minute without answer;
   * `FLOW_PUBLISHES_WAITING` where too many wait.
   */
  publish(device: string, observation: FlowObservation): Promise<PublishAnswer>;
  close(): void;
}

/** Opens the link and keeps it. */
export function openGatewayLink(options: { url: string; token: string; log: Logger }): GatewayLink {
  const { url, log } = options;
  const authorization = `Bearer ${options.token}`;
  const closing = new AbortController();
  const recordListeners = new Set<(record: FeedRecord) => void>();
  const stateListeners = new Set<(state: LinkState, lost: number) => void>();
  let state: LinkState = 'connecting';
  let lost = 0;
  let waiting = 0;

  const tell = (next: LinkState, more = 0) => {
    if (next === state && more === 0) return;
    state = next;
    lost += more;
    for (const listener of stateListeners) listener(state, lost);
  };
  const follow = async () => {
    while (!closing.signal.aborted) {
      try {
        await readFeed(`${url}/records`, authorization, closing.signal, (line) => {
          tell('connected', line.type === 'lost' ? line.count : 0);
          if (line.type === 'record') for (const listener of recordListeners) listener(line);
        });
      } catch (error) {
        if (!closing.signal.aborted) log.warn({ err: error }, 'the feed of the gateway ended');
      }
      tell('connecting');
      await wait(reconnectMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  void follow();

  const publishUntil = async (body: string, deadline: AbortSignal): Promise<PublishAnswer> => {
    for (;;) {
      const answered = await post(`${url}/observations`, authorization, body);
      if ('answer' in answered) return answered.answer;
      if (!answered.retryable) throw answered.error;
      await wait(reconnectMs, undefined, { signal: deadline }).catch(() => {
        throw new EdgeError('FLOW_GATEWAY_AWAY', answered.error.message, { cause: answered.error });
      });
    }
  };

  return {
    get state() {
      return state;
    },
    get lost() {
      return lost;
    },
    onRecord: (listener) => {
      recordListeners.add(listener);
      return () => void recordListeners.delete(listener);
    },
    onState: (listener) => {
      stateListeners.add(listener);
      listener(state, lost);
      return () => void stateListeners.delete(listener);
    },
    publish: async (device, observation) => {
      if (waiting >= maxWaitingPublishes) {
        throw new EdgeError('FLOW_PUBLISHES_WAITING', `${maxWaitingPublishes} publishes wait for the agent`);
      }
      waiting += 1;
      try {
        const body = JSON.stringify({ request: crypto.randomUUID(), device, observation });
        return await publishUntil(
          body,
          AbortSignal.any([closing.signal, AbortSignal.timeout(publishTimeoutMs)]),
        );
      } finally {
        waiting -= 1;
      }
    },
    close: () => closing.abort(),
  };
}

type Answered = { answer: PublishAnswer } | { error: Error; retryable: boolean };

async function post(url: string, authorization: string, body: string): Promise<Answered> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    if (response.ok) return { answer: (await response.json()) as PublishAnswer };
    const refusal = (await response.json()) as Refusal;
    return { error: errorOf(refusal), retryable: response.status >= 500 };
  } catch (error) {
    // Not knowing whether it was taken is no harm: the same request is taken once.
    return { error: new Error(`the agent does not answer: ${error}`, { cause: error }), retryable: true };
  }
}

function errorOf({ code, message }: Refusal): Error {
  const known = edgeErrorCodes.find((each) => each === code);
  return known ? new EdgeError(known, message) : new Error(message);
}
