import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident, LinkedIncident } from '#contracts/incident.ts';

interface LinkedWordsProps {
  incident: Incident;
  /** Draws a number that leads to its incident; as it is where a page cannot show another. */
  link?: (linked: LinkedIncident) => ReactNode;
}

/** Names the incidents that one about a late alarm, or the closed one of that time, is linked to. */
export function LinkedWords({ incident: { linked, late }, link }: LinkedWordsProps) {
  const { t } = useTranslation();
  if (!linked) return null;
  return (
    <p className="linked">
      {t(late ? 'linkedToClosed' : 'linkedToLate')}{' '}
      {linked.map((one, index) => (
        <span key={one.id} className="linked__one">
          {index > 0 && t('listComma')}
          {link ? link(one) : one.number}
        </span>
      ))}
    </p>
  );
}
