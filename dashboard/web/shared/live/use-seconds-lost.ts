import { useEffect, useState, useSyncExternalStore } from 'react';
import { secondsLost } from './link-health.ts';
import type { LiveLink } from './live-link.ts';

/** How often a page looks at how long it has been blind, in ms. */
const lookEveryMs = 500;

/**
 * Seconds a page has been blind, or undefined while it may call itself live.
 *
 * @param now Monotonic ms.
 */
export function useSecondsLost(link: LiveLink, now: () => number): number | undefined {
  const [seconds, setSeconds] = useState<number>();
  useEffect(() => {
    const look = () => setSeconds(secondsLost(link.getHealth(), now()));
    const timer = setInterval(look, lookEveryMs);
    const unsubscribe = link.subscribe(look);
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [link, now]);
  return seconds;
}

/** True while the server refuses this page a place, since too many pages are open. */
export function useIsFull(link: LiveLink): boolean {
  return useSyncExternalStore(link.subscribe, () => link.getHealth().isFull);
}
