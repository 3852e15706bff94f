import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';
import { maxAnnounced, newlyAsking } from '../../shared/sound/alarm-decision.ts';
import { useConsole } from './console-context.ts';

/** Changes within so long are announced together, so that a storm is not read out line by line, in ms. */
const gatherMs = 700;

/** Tells a screen reader what newly asks to be seen. */
export function AnnounceRegion() {
  const { t } = useTranslation();
  const { store } = useConsole();
  const [announced, setAnnounced] = useState<readonly Incident[]>([]);

  useEffect(() => {
    let gathered = new Map<string, Incident>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const announce = () => {
      timer = undefined;
      setAnnounced([...gathered.values()]);
      gathered = new Map();
    };
    const stop = store.onChange((state, before) => {
      for (const incident of newlyAsking(before.incidents, state.incidents))
        gathered.set(incident.id, incident);
      if (gathered.size > 0) timer ??= setTimeout(announce, gatherMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store]);

  const named = announced.slice(0, maxAnnounced);
  const rest = announced.length - named.length;
  return (
    <div role="alert" className="visually-hidden" data-testid="announcement">
      {named.map(({ id, attention, level, kind, place, unansweredSince }) => (
        <p key={`${id} ${attention} ${unansweredSince}`}>
          {unansweredSince !== undefined && `${t('unanswered')} `}
          {t('announce.one', { level: t(`level.${level}`), kind: t(`kind.${kind}`), place: place.label })}
        </p>
      ))}
      {rest > 0 && <p>{t('announce.more', { n: rest })}</p>}
    </div>
  );
}
