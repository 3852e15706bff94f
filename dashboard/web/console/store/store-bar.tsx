import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PlatformHealth } from '#contracts/rest.ts';
import { request } from '../../shared/rest/request.ts';
import { useMay } from '../page/use-may.ts';
import { StoreTroubles } from './store-troubles.tsx';

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
