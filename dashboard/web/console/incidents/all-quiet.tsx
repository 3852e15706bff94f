import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { LostContext } from '../page/console-context.ts';
import { useResolved } from './use-resolved.ts';

/** What is shown while nothing is being handled: since when. */
export function AllQuiet() {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const { resolved, isPending, failure } = useResolved();
  const isLost = useContext(LostContext);
  const last = resolved[0]?.resolvedAt;
  if (isLost) return <p className="empty">{t('link.unknown')}</p>;
  return (
    <div className="quiet" data-testid="all-quiet">
      <p className="quiet__words">{t('incidents.calm')}</p>
      {!isPending && !failure && (
        <p>
          {last === undefined
            ? t('incidents.calmDay')
            : t('incidents.calmSince', { time: time(last, 'date') })}
        </p>
      )}
    </div>
  );
}
