import { useTranslation } from 'react-i18next';
import type { LiveLink } from '../live/live-link.ts';
import { useIsFull, useSecondsLost } from '../live/use-seconds-lost.ts';

interface LostBarProps {
  link: LiveLink;
  /** Monotonic ms. */
  now: () => number;
  lostFor: (seconds: number) => string;
  advice: string;
}

/** The red bar of a page that cannot prove it is live. */
export function LostBar({ link, now, lostFor, advice }: LostBarProps) {
  const { t } = useTranslation();
  const seconds = useSecondsLost(link, now);
  const isFull = useIsFull(link);
  if (seconds === undefined) return null;
  return (
    <div className="lost" role="alert" data-testid="lost-bar">
      {/* Read out once: the seconds change every second. */}
      <span aria-hidden="true">{lostFor(seconds)}</span>
      <span>{isFull ? t('page.full') : advice}</span>
    </div>
  );
}
