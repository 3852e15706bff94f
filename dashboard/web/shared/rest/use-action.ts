import { useMutation } from '@tanstack/react-query';
import { useContext, useRef, useState } from 'react';
import { AskWhoActsContext, isTokenOver } from './acting.ts';
import type { Action } from './api.ts';
import { createRequestIds } from './request-ids.ts';

/** An action of a person, and how far it came. */
export interface Acting<Body, Result> {
  /** Does it; at a wall it is asked first who acts, and nothing happens where nobody says so. */
  mutate: (body: Body) => void;
  /** Being asked, or on its way. */
  isPending: boolean;
  error: Error | null;
  data: Result | undefined;
  variables: Body | undefined;
}

/**
 * An action of a person as a mutation. A repeat of an action whose answer never came carries the same request id, so it
 * is done once; anything else is a new action. An act at a wall that came too late for its PIN stays under way while
 * the PIN is asked for again.
 */
export function useAction<Body extends object, Result>(
  act: (body: Action<Body>) => Promise<Result>,
  onDone?: (result: Result, body: Body) => void,
): Acting<Body, Result> {
  const askWhoActs = useContext(AskWhoActsContext);
  const [isAsking, setAsking] = useState(false);
  const [ids] = useState(createRequestIds);
  const acting = useRef<string>(undefined);
  const mutation = useMutation<Result, Error, Body>({
    mutationFn: async (body) => {
      const request = ids.idFor(body);
      let token = acting.current;
      acting.current = undefined;
      for (;;) {
        try {
          return await act({ ...body, request, ...(token !== undefined && { acting: token }) });
        } catch (error) {
          token = isTokenOver(error) ? await askWhoActs?.('again') : undefined;
          if (token === undefined) throw error;
        }
      }
    },
    onError: ids.failed,
    onSuccess: (result, body) => {
      ids.done();
      onDone?.(result, body);
    },
  });

  const mutate = (body: Body) => {
    if (!askWhoActs) return mutation.mutate(body);
    setAsking(true);
    askWhoActs('first').then((token) => {
      setAsking(false);
      if (token === undefined) return;
      acting.current = token;
      mutation.mutate(body);
    });
  };
  const { isPending, error, data, variables } = mutation;
  return { mutate, isPending: isPending || isAsking, error, data, variables };
}
