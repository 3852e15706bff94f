import { useTranslation } from 'react-i18next';
import { useSecondsLost } from '../../shared/live/use-seconds-lost.ts';
import { useResponder } from './responder-context.ts';

/** The red bar of a page that cannot prove it is live. */
export function LostBar() {
  const { t } = useTranslation();
  const { link, monotonicNow } = useResponder();
  const seconds = useSecondsLost(link, monotonicNow);
  if (seconds === undefined) return null;
  return (
    <div className="lost" role="alert" data-testid="lost-bar">
      {/* Read out once: the seconds change every second. */}
      <span aria-hidden="true">{t('link.lost', { seconds })}</span>
      <span>{t('responder.lostAdvice')}</span>
    </div>
  );
}
