import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { newRequestId, RequestFailed } from './request.ts';

/**
 * An act of a person as a mutation. A repeat of an act whose answer never came carries the same request id, so it
 * is done once; anything else is a new act.
 */
export function useAct<Body extends object, Result>(
  act: (body: Body & { request: string }) => Promise<Result>,
  onDone?: (result: Result, body: Body) => void,
): UseMutationResult<Result, Error, Body> {
  const unanswered = useRef<{ body: string; request: string } | undefined>(undefined);
  return useMutation<Result, Error, Body>({
    mutationFn: async (body) => {
      const text = JSON.stringify(body);
      const request = unanswered.current?.body === text ? unanswered.current.request : newRequestId();
      unanswered.current = { body: text, request };
      return act({ ...body, request });
    },
    onError: (error) => {
      if (error instanceof RequestFailed && !error.isUnanswered) unanswered.current = undefined;
    },
    onSuccess: (result, body) => {
      unanswered.current = undefined;
      onDone?.(result, body);
    },
  });
}
