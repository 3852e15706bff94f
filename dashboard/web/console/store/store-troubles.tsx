import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PlatformHealth } from '#contracts/rest.ts';
import type { StoreHealth } from '#contracts/store-health.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import { request } from '../../shared/rest/request.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { useMay } from '../page/use-may.ts';

/** Causes shown at once; the others stand in the drawer of dead letters. */
const maxInBar = 2;

/** What the telemetry store does not take, how much, and what to do about it; nothing while all is stored. */
export function StoreTroubles({ store, isBrief = false }: { store: StoreHealth; isBrief?: boolean }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const inWords = ({ zh, en }: { zh: string; en: string }) => (currentLanguage() === 'en' ? en : zh);
  const { state, trouble, refused } = store;
  if (state === 'stored') return null;
  return (
    <div className="store" data-testid="store-troubles">
      {trouble && (
        <div className="store__cause">
          <strong>{inWords(trouble.says)}</strong>
          <span>{t('deadLetters.store.waiting', { since: time(trouble.since, 'date') })}</span>
          <span>{t('deadLetters.store.way', { way: inWords(trouble.way) })}</span>
        </div>
      )}
      {refused
        .slice(0, isBrief ? maxInBar : refused.length)
        .map(({ cause, measurement, entries, says, way }) => (
          <div key={`${cause} ${measurement}`} className="store__cause">
            <strong>
              {inWords(says)} · {t('deadLetters.store.where', { measurement })} ·{' '}
              {t('deadLetters.store.count', { n: entries })}
            </strong>
            <span>{t('deadLetters.store.way', { way: inWords(way) })}</span>
          </div>
        ))}
      <p className="store__calm">{t('deadLetters.store.calm')}</p>
    </div>
  );
}

/** How often the platform is asked, ms. */
const refreshMs = 30_000;

/** Tells the manager on the console itself that records are not stored; a guard can do nothing about it. */
export function StoreBar() {
  const { t } = useTranslation();
  const { seeDeadLetters } = useMay();
  const { data } = useQuery({
    queryKey: ['health'],
    queryFn: () => request<PlatformHealth>('GET', '/api/health'),
    enabled: seeDeadLetters,
    staleTime: 0,
    refetchInterval: refreshMs,
  });
  if (!seeDeadLetters || !data || data.store.state === 'stored') return null;
  return (
    <section aria-label={t('deadLetters.store.heading')}>
      <StoreTroubles store={data.store} isBrief />
    </section>
  );
}
