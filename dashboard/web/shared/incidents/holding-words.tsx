import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';

/** What devices still say of an incident, as one text; undefined where they say nothing. */
export function useHoldingKinds({ holding }: Pick<Incident, 'holding'>): string | undefined {
  const { t } = useTranslation();
  if (!holding) return undefined;
  const kinds = [...new Set(holding.map(({ kind }) => kind))];
  return kinds.map((kind) => t(`kind.${kind}`)).join(t('listComma'));
}

/**
 * Says on an incident that has been answered that its device is still in alarm and, resolved, when it is opened again;
 * nothing on one that sounds anyway.
 *
 * @param time Writes an instant, epoch ms.
 */
export function HoldingWords({ incident, time }: { incident: Incident; time: (at: number) => string }) {
  const { t } = useTranslation();
  const kinds = useHoldingKinds(incident);
  if (kinds === undefined || incident.state === 'new') return null;
  return (
    <p className="holding" data-testid={`holding-${incident.id}`}>
      {t('holding', { kinds })}
      {incident.reopensAt !== undefined && ` · ${t('reopensAt', { time: time(incident.reopensAt) })}`}
    </p>
  );
}
