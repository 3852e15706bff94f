import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';

/** The first line of a card whose alarm came by another gateway than the device's own. */
export function SaidByOther({ incident: { saidByOther } }: { incident: Incident }) {
  const { t } = useTranslation();
  return saidByOther ? <p className="said-by-other">{t('saidByOther')}</p> : null;
}
