import { useSyncExternalStore } from 'react';
import type { LiveLink } from './live-link.ts';

/** True while the server refuses this page a place, since too many pages are open. */
export function useIsFull(link: LiveLink): boolean {
  return useSyncExternalStore(link.subscribe, () => link.getHealth().isFull);
}
