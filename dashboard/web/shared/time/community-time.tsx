import { createContext, type ReactNode, useMemo, useSyncExternalStore } from 'react';
import type { PlatformClock } from './platform-clock.ts';

/** The community's time zone, and its day now as `dayOf` writes it: times of another day are shown with theirs. */
export const CommunityTimeContext = createContext<{ timeZone: string; today: string } | undefined>(undefined);

/** Gives the pages' parts the community's time, whatever the zone of the PC; drawn anew at midnight. */
export function CommunityTime(props: { timeZone: string; clock: PlatformClock; children: ReactNode }) {
  const { timeZone, clock, children } = props;
  const today = useSyncExternalStore(clock.subscribe, () => dayOf(timeZone, clock.tick()));
  const value = useMemo(() => ({ timeZone, today }), [timeZone, today]);
  return <CommunityTimeContext value={value}>{children}</CommunityTimeContext>;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The day of an instant in a time zone, as `2026-11-24`; only to be compared. */
export function dayOf(timeZone: string, epochMs: number): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(epochMs);
}
