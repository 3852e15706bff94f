import { createContext, useContext, useSyncExternalStore } from 'react';
import type { SessionView } from '#contracts/rest.ts';
import type { LiveLink } from '../../shared/live/live-link.ts';
import type { LiveStore } from '../../shared/live/live-store.ts';
import type { PlatformClock } from '../../shared/time/platform-clock.ts';
import type { TextSizeChoice } from './text-size.ts';

/** What lives as long as the page, signed in or not. */
export interface PageServices {
  store: LiveStore;
  clock: PlatformClock;
  textSize: TextSizeChoice;
  /** Monotonic ms. */
  monotonicNow: () => number;
}

/** What the page has while a relative is signed in. */
export interface FamilyServices extends PageServices {
  link: LiveLink;
  session: SessionView;
  /** Goes on in another of their communities. */
  choose: (community: string) => Promise<void>;
  signOut: () => void;
}

/** The family page's services. */
export const FamilyContext = createContext<FamilyServices | undefined>(undefined);

/** The services of the page around. */
export function useFamily(): FamilyServices {
  const services = useContext(FamilyContext);
  if (!services) throw new Error('useFamily outside of FamilyContext');
  return services;
}

/** Platform time, epoch ms, drawn anew every second. */
export function useNow(): number {
  const { clock } = useFamily();
  return useSyncExternalStore(clock.subscribe, clock.tick);
}
