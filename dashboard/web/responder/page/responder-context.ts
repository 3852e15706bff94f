import { createContext, useContext, useSyncExternalStore } from 'react';
import type { SessionView } from '#contracts/rest.ts';
import type { LiveLink } from '../../shared/live/live-link.ts';
import type { LiveState } from '../../shared/live/live-state.ts';
import { type LiveStore, useLive } from '../../shared/live/live-store.ts';
import type { AlarmSound } from '../../shared/sound/alarm-sound.ts';
import type { PlatformClock } from '../../shared/time/platform-clock.ts';
import type { Vibration } from '../device/vibration.ts';
import type { Answers } from '../tasks/answers.ts';

/** What lives as long as the page, signed in or not. */
export interface PageServices {
  store: LiveStore;
  clock: PlatformClock;
  sound: AlarmSound;
  vibration: Vibration;
  /** Monotonic ms. */
  monotonicNow: () => number;
}

/** What the page has while a responder is signed in. */
export interface ResponderServices extends PageServices {
  link: LiveLink;
  session: SessionView;
  answers: Answers;
  /** Goes on in another of their communities. */
  choose: (community: string) => Promise<void>;
  signOut: () => void;
}

/** The responder page's services. */
export const ResponderContext = createContext<ResponderServices | undefined>(undefined);

/** The services of the page around. */
export function useResponder(): ResponderServices {
  const services = useContext(ResponderContext);
  if (!services) throw new Error('useResponder outside of ResponderContext');
  return services;
}

/** Reads a part of the live state; `select` must give the same object for the same state. */
export function useLiveState<T>(select: (state: LiveState) => T): T {
  return useLive(useResponder().store, select);
}

/** Platform time, epoch ms, drawn anew every second. */
export function useNow(): number {
  const { clock } = useResponder();
  return useSyncExternalStore(clock.subscribe, clock.tick);
}
