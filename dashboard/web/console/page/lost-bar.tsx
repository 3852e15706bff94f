import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveLink } from '../../shared/live/live-link.ts';
import { useIsFull, useSecondsLost as useSecondsLostOf } from '../../shared/live/use-seconds-lost.ts';
import { useConsole } from './console-context.ts';

/** Seconds the console has been blind, or undefined while it may call itself live. */
export function useSecondsLost(): number | undefined {
  const { link, monotonicNow } = useConsole();
  return useSecondsLostOf(link, monotonicNow);
}

/** True while the socket is connected. */
export function useIsConnected(link: LiveLink): boolean {
  return useSyncExternalStore(link.subscribe, () => link.getHealth().connected);
}

/** The red bar of a page that cannot prove it is live; it stands in a drawer too, which covers the page's own. */
export function LostBar() {
  const { t } = useTranslation();
  const seconds = useSecondsLost();
  const isFull = useIsFull(useConsole().link);
  if (seconds === undefined) return null;
  return (
    <div className="lost-bar" role="alert" data-testid="lost-bar">
      {/* Read out once: the seconds change every second. */}
      <span aria-hidden="true">{t('link.lost', { seconds })}</span>
      <span>{t(isFull ? 'page.full' : 'link.lostAdvice')}</span>
    </div>
  );
}
