import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '#runtime/log.ts';
import { EdgeError, edgeErrorCodes } from '../errors.ts';
import type {
  CommandAnswer,
  CommandRequest,
  FeedRecord,
  FlowObservation,
  PublishAnswer,
  Refusal,
} from './feed-messages.ts';
import { readFeed } from './feed-reader.ts';

/** Most publishes and commands that wait for the agent at once; beyond, a flow is refused. */
const maxWaitingPublishes = 100;

const reconnectMs = 1000;
const answerTimeoutMs = 5000;
/** A device has 10 s to say that it did what it was asked. */
const commandAnswerTimeoutMs = 15_000;
/** How long a publish or a command tries, in ms; a restart of the agent takes a few seconds. */
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
   * Has the agent accept an observation as `node-red:<device>`, once, however often it is sent.
   *
   * @throws {EdgeError} with the agent's reason; `FLOW_GATEWAY_AWAY` after a minute without answer;
   * `FLOW_PUBLISHES_WAITING` where too many wait.
   */
  publish(device: string, observation: FlowObservation): Promise<PublishAnswer>;
  /**
   * Has the agent actuate a device, once, however often the same `request` is sent; it is not carried out
   * once it is older than its life, and its outcome is asked for until it is known.
   *
   * @throws {EdgeError} as `publish` does; after `FLOW_GATEWAY_AWAY` it may have been done.
   */
  command(asked: Omit<CommandRequest, 'ageMs'>): Promise<CommandAnswer>;
  /** Tells the agent how many sign-ins the editor refused. @throws {EdgeError} as `publish` does. */
  tellRefused(refused: number): Promise<unknown>;
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

  const setState = (next: LinkState, more = 0) => {
    if (next === state && more === 0) return;
    state = next;
    lost += more;
    for (const listener of stateListeners) listener(state, lost);
  };
  /** A flow that fails on a record takes it from no other flow. */
  const deliver = (record: FeedRecord) => {
    for (const listener of recordListeners) {
      try {
        listener(record);
      } catch (error) {
        log.error({ err: error, device: record.device }, 'a flow failed on a record');
      }
    }
  };
  const follow = async () => {
    while (!closing.signal.aborted) {
      try {
        await readFeed(`${url}/records`, authorization, closing.signal, (line) => {
          setState('connected', line.type === 'lost' ? line.count : 0);
          if (line.type === 'record') deliver(line);
        });
      } catch (error) {
        if (!closing.signal.aborted) log.warn({ err: error }, 'the feed of the gateway ended');
      }
      setState('connecting');
      await wait(reconnectMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  void follow();

  /** Sends until it is answered; `bodyOf` is called for every try with the time since the first. */
  const ask = async <A>(path: string, timeoutMs: number, bodyOf: (ageMs: number) => object): Promise<A> => {
    if (waiting >= maxWaitingPublishes) {
      throw new EdgeError('FLOW_PUBLISHES_WAITING', `${maxWaitingPublishes} requests wait for the agent`);
    }
    waiting += 1;
    const deadline = AbortSignal.any([closing.signal, AbortSignal.timeout(publishTimeoutMs)]);
    const startedAt = performance.now();
    try {
      for (;;) {
        const body = JSON.stringify(bodyOf(Math.round(performance.now() - startedAt)));
        const answered = await post<A>(`${url}${path}`, { authorization, body, timeoutMs });
        if ('answer' in answered) return answered.answer;
        if (!answered.retryable) throw answered.error;
        await wait(reconnectMs, undefined, { signal: deadline }).catch(() => {
          throw new EdgeError('FLOW_GATEWAY_AWAY', answered.error.message, { cause: answered.error });
        });
      }
    } finally {
      waiting -= 1;
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
    publish: (device, observation) => {
      const body = { request: crypto.randomUUID(), device, observation };
      return ask<PublishAnswer>('/observations', answerTimeoutMs, () => body);
    },
    command: (asked) =>
      ask<CommandAnswer>('/commands', commandAnswerTimeoutMs, (ageMs) => ({ ...asked, ageMs })),
    tellRefused: (refused) => ask<object>('/refused-sign-ins', answerTimeoutMs, () => ({ refused })),
    close: () => closing.abort(),
  };
}

type Answered<A> = { answer: A } | { error: Error; retryable: boolean };

async function post<A>(
  url: string,
  { authorization, body, timeoutMs }: { authorization: string; body: string; timeoutMs: number },
): Promise<Answered<A>> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) return { answer: (await response.json()) as A };
    const refusal = (await response.json()) as Refusal;
    return { error: errorOf(refusal), retryable: response.status >= 500 };
  } catch (error) {
    // It does not matter whether it was accepted: the same request is accepted once.
    return { error: new Error(`the agent does not answer: ${error}`, { cause: error }), retryable: true };
  }
}

function errorOf({ code, message }: Refusal): Error {
  const known = edgeErrorCodes.find((each) => each === code);
  return known ? new EdgeError(known, message) : new Error(message);
}
