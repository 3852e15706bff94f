import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';

/** Places named on a card; the count tells of the rest. */
const maxNamed = 4;

/** How many devices an incident is about and where the first of them are; nothing where it is about one. */
export function MemberWords({ incident: { members }, all = false }: { incident: Incident; all?: boolean }) {
  const { t } = useTranslation();
  if (!members || members.count === 0) return null;
  const named = members.places.slice(0, all ? undefined : maxNamed);
  const rest = members.count > named.length ? t('andMore') : '';
  return (
    <p className="members" data-testid="members">
      {t('members', { n: members.count, places: named.join(t('listComma')) + rest })}
    </p>
  );
}
