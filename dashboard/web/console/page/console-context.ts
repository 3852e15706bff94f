import { createContext, useContext, useSyncExternalStore } from 'react';
import type { SessionView } from '#contracts/rest.ts';
import type { LiveLink } from '../../shared/live/live-link.ts';
import type { LiveState } from '../../shared/live/live-state.ts';
import { type LiveStore, useLive } from '../../shared/live/live-store.ts';
import type { AlarmSound } from '../../shared/sound/alarm-sound.ts';
import type { PlatformClock } from '../../shared/time/platform-clock.ts';

/** What lives as long as the page, signed in or not. */
export interface PageServices {
  store: LiveStore;
  clock: PlatformClock;
  sound: AlarmSound;
  /** Monotonic ms. */
  monotonicNow: () => number;
}

/** What the console has while somebody is signed in. */
export interface ConsoleServices extends PageServices {
  link: LiveLink;
  session: SessionView;
  /** Goes on in another of their communities. */
  choose: (community: string) => Promise<void>;
  signOut: () => void;
  /** Asks anew who is signed in, after something about them changed. */
  refreshSession: () => void;
}

/** The console's services. */
export const ConsoleContext = createContext<ConsoleServices | undefined>(undefined);

/** True while the page is blind, so that nothing in it may pass for the present. */
export const LostContext = createContext(false);

/** The services of the console around. */
export function useConsole(): ConsoleServices {
  const services = useContext(ConsoleContext);
  if (!services) throw new Error('useConsole outside of ConsoleContext');
  return services;
}

/** Reads a part of the live state; `select` must give the same object for the same state. */
export function useLiveState<T>(select: (state: LiveState) => T): T {
  return useLive(useConsole().store, select);
}

/** Platform time, epoch ms, drawn anew every second. */
export function useNow(): number {
  const { clock } = useConsole();
  return useSyncExternalStore(clock.subscribe, clock.tick);
}
