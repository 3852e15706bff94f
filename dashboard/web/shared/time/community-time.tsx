import { createContext, type ReactNode, useMemo, useSyncExternalStore } from 'react';
import type { PlatformClock } from './platform-clock.ts';
import { dayOf } from './use-time-words.ts';

/** The community's time zone, and its day now as `dayOf` writes it: times of another day are shown with theirs. */
export const CommunityTimeContext = createContext<{ timeZone: string; today: string } | undefined>(undefined);

/** Gives the pages' parts the community's time, whatever the zone of the PC; drawn anew at midnight. */
export function CommunityTime(props: { timeZone: string; clock: PlatformClock; children: ReactNode }) {
  const { timeZone, clock, children } = props;
  const today = useSyncExternalStore(clock.subscribe, () => dayOf(timeZone, clock.tick()));
  const value = useMemo(() => ({ timeZone, today }), [timeZone, today]);
  return <CommunityTimeContext value={value}>{children}</CommunityTimeContext>;
}
