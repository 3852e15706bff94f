import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';
import { useTimeOfDay } from '../time/use-time-words.ts';

/**
 * What stands above all else on an incident: that nobody answers, then what of it is to be verified, and how; nothing
 * on most.
 */
export function FirstLines({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const { id, unansweredSince, saidByOther, late, capturedAt } = incident;
  if (unansweredSince === undefined && !saidByOther && !late) return null;
  return (
    <div className="first-lines" data-testid={`first-lines-${id}`}>
      {unansweredSince !== undefined && (
        <p className="unanswered" data-testid={`unanswered-${id}`}>
          <strong>{t('unanswered')}</strong> {t('unansweredSince', { time: time(unansweredSince) })}
        </p>
      )}
      {late && (
        <p className="verify">
          {capturedAt === undefined ? t('late') : t('lateSince', { time: time(capturedAt) })}
        </p>
      )}
      {saidByOther && <p className="verify">{t('saidByOther')}</p>}
      {(late || saidByOther) && <p>{t('howToVerify')}</p>}
    </div>
  );
}
