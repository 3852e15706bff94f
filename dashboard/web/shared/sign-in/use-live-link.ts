import { useEffect, useState } from 'react';
import type { SessionView } from '#contracts/rest.ts';
import { type LiveLink, openLiveLink } from '../live/live-link.ts';
import type { LiveStore } from '../live/live-store.ts';
import type { PlatformClock } from '../time/platform-clock.ts';

/** What a page's live connection fills and is measured by. */
export interface LinkedServices {
  store: LiveStore;
  clock: PlatformClock;
  /** Monotonic ms. */
  monotonicNow: () => number;
}

/**
 * The live connection to the community of whoever is signed in, open as long as the component stands; what it told is forgotten then.
 *
 * @param onSignedOut The session may have ended: ask for it.
 * @returns Undefined until it is opened, which is after the first drawing.
 */
export function useLiveLink(
  services: LinkedServices,
  { community: { id: community } }: SessionView,
  onSignedOut: () => void,
): LiveLink | undefined {
  const [link, setLink] = useState<LiveLink>();
  useEffect(() => {
    const { store, clock, monotonicNow } = services;
    const opened = openLiveLink({
      ...{ community, store, now: monotonicNow },
      ...{ onPlatformTime: clock.adjust, onSignedOut },
    });
    setLink(opened);
    return () => {
      opened.close();
      store.clear();
    };
  }, [services, community, onSignedOut]);
  return link;
}
