import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';

/**
 * Says on an incident that everybody was told and nobody answers, and since when; nothing on any other.
 *
 * @param time Writes an instant, epoch ms.
 */
export function UnansweredWords({ incident, time }: { incident: Incident; time: (at: number) => string }) {
  const { t } = useTranslation();
  const { id, unansweredSince } = incident;
  if (unansweredSince === undefined) return null;
  return (
    <p className="unanswered" data-testid={`unanswered-${id}`}>
      <strong>{t('unanswered')}</strong> {t('unansweredSince', { time: time(unansweredSince) })}
    </p>
  );
}
