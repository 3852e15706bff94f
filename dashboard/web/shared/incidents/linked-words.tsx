import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';

/** Names the incidents that one about a late alarm, or the closed one of that time, is linked to. */
export function LinkedWords({ incident: { linked, late } }: { incident: Incident }) {
  const { t } = useTranslation();
  if (!linked) return null;
  const numbers = linked.map(({ number }) => number).join(t('listComma'));
  return <p className="linked">{t(late ? 'linkedToClosed' : 'linkedToLate', { numbers })}</p>;
}
