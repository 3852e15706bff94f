import { useRef, useState } from 'react';
import { createRequestIds } from './request-ids.ts';

/** How an action of a person stands. */
export interface LightAction<Body> {
  act: (body: Body) => void;
  isSending: boolean;
  failure: Error | undefined;
}

/** `useAction` for pages that must weigh little: no query library. While one is on its way a second is not begun. */
export function useLightAction<Body extends object, Result>(
  send: (body: Body & { request: string }) => Promise<Result>,
  onDone?: (result: Result, body: Body) => void,
): LightAction<Body> {
  const [ids] = useState(createRequestIds);
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const onItsWay = useRef(false);
  const run = async (body: Body) => {
    onItsWay.current = true;
    setSending(true);
    setFailure(undefined);
    try {
      const result = await send({ ...body, request: ids.idFor(body) });
      ids.done();
      onDone?.(result, body);
    } catch (error) {
      ids.failed(error);
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      onItsWay.current = false;
      setSending(false);
    }
  };
  return {
    act: (body) => {
      if (!onItsWay.current) void run(body);
    },
    isSending,
    failure,
  };
}
