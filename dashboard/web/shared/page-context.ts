import { createContext, useContext, useSyncExternalStore } from 'react';
import type { SessionView } from '#contracts/rest.ts';
import type { LiveLink } from './live/live-link.ts';
import type { LiveState } from './live/live-state.ts';
import { type LiveStore, useLive } from './live/live-store.ts';
import type { PlatformClock } from './time/platform-clock.ts';

/** What lives as long as a page, signed in or not. */
export interface LastingServices {
  store: LiveStore;
  clock: PlatformClock;
  /** Monotonic ms. */
  monotonicNow: () => number;
}

/** What a page has while somebody is signed in. */
export interface SignedInServices extends LastingServices {
  link: LiveLink;
  session: SessionView;
  /** Goes on in another of their communities. */
  choose: (community: string) => Promise<void>;
  signOut: () => void;
}

/** Creates the context of a page's services, and what its parts read from it. */
export function createPageContext<Services extends SignedInServices>() {
  const Context = createContext<Services | undefined>(undefined);
  const useServices = (): Services => {
    const services = useContext(Context);
    if (!services) throw new Error('outside of the page’s context');
    return services;
  };
  return {
    Context,
    useServices,
    /** Reads a part of the live state; `select` must give the same object for the same state. */
    useLiveState: <T>(select: (state: LiveState) => T): T => useLive(useServices().store, select),
    /** Platform time, epoch ms, drawn anew every second. */
    useNow: (): number => {
      const { clock } = useServices();
      return useSyncExternalStore(clock.subscribe, clock.tick);
    },
  };
}
