import { newRequestId, RequestFailed } from './request.ts';

/** Request ids of one kind of action: the repeat of an action whose answer never came carries the same id. */
export interface RequestIds {
  idFor(body: object): string;
  /** The server did it. */
  done(): void;
  /** It failed; what the server refused is not repeated. */
  failed(error: unknown): void;
}

/** Creates the ids of one kind of action. */
export function createRequestIds(): RequestIds {
  let unanswered: { body: string; request: string } | undefined;
  return {
    idFor: (body) => {
      const text = JSON.stringify(body);
      const request = unanswered?.body === text ? unanswered.request : newRequestId();
      unanswered = { body: text, request };
      return request;
    },
    done: () => {
      unanswered = undefined;
    },
    failed: (error) => {
      if (error instanceof RequestFailed && !error.isUnanswered) unanswered = undefined;
    },
  };
}
