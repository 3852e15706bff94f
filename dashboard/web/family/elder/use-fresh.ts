import { useCallback, useEffect, useRef, useState } from 'react';
import { useLive } from '../../shared/live/live-store.ts';
import { useFamily } from '../page/family-context.ts';

/** While the page is in front it reads anew at least so often, in ms. */
const readEveryMs = 60_000;

/** What was read last, with why the newest try failed. */
export interface Fresh<T> {
  value: T | undefined;
  /** Platform time of the last good reading, epoch ms. */
  readAt: number | undefined;
  failure: Error | undefined;
  again: () => void;
}

/**
 * Reads now, at every live update, every minute while the page is in front, and when it comes to the front.
 *
 * @param read Steady between renders; another function begins anew.
 */
export function useFresh<T>(read: () => Promise<T>): Fresh<T> {
  const { store, clock } = useFamily();
  const change = useLive(store, ({ phase, sequence }) => (phase === 'unsynced' ? 0 : sequence));
  const [state, setState] = useState<Omit<Fresh<T>, 'again'>>(nothingRead);
  const newest = useRef(0);

  const again = useCallback(() => {
    newest.current += 1;
    const mine = newest.current;
    // An answer that was overtaken by a later question must not put the clock back.
    read().then(
      (value) => {
        if (mine === newest.current) setState({ value, readAt: clock.now(), failure: undefined });
      },
      (failure: Error) => {
        if (mine === newest.current) setState((before) => ({ ...before, failure }));
      },
    );
  }, [read, clock]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a live update is what asks for reading.
  useEffect(again, [again, change]);
  useEffect(() => {
    const readInFront = () => {
      if (document.visibilityState === 'visible') again();
    };
    const timer = setInterval(readInFront, readEveryMs);
    document.addEventListener('visibilitychange', readInFront);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', readInFront);
    };
  }, [again]);

  return { ...state, again };
}

const nothingRead = { value: undefined, readAt: undefined, failure: undefined };
