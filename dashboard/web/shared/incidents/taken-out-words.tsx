import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';

/** Says of an incident that what it is about was taken out of the plan: nobody hears any more whether it still is so. */
export function TakenOutWords({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  if (!incident.takenOut) return null;
  const kinds = incident.takenOut.map((kind) => t(`kind.${kind}`)).join(t('listComma'));
  return (
    <p className="holding" data-testid={`taken-out-${incident.id}`}>
      {t('takenOut', { kinds })}
    </p>
  );
}
