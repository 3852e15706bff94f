import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useContext, useEffect, useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Incident } from '#contracts/incident.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { LostContext, useConsole, useLiveState } from '../page/console-context.ts';
import { useMay } from '../page/use-may.ts';
import { IncidentList } from './incident-list.tsx';
import { incidentLists, joinIncidents, newestResolvedFirst } from './incident-order.ts';

const tabs = ['open', 'resolved'] as const;

interface IncidentsPanelProps {
  onShow: (id: string) => void;
  onCreate: () => void;
}

/** The incidents: those being handled, worst first, and those resolved in the last 24 hours. */
export function IncidentsPanel({ onShow, onCreate }: IncidentsPanelProps) {
  const { t } = useTranslation();
  const id = useId();
  const [params, setParams] = useSearchParams();
  const tab = params.get('tab') === 'resolved' ? 'resolved' : 'open';
  const { open } = useLiveState(incidentLists);
  const may = useMay();
  const choose = (next: (typeof tabs)[number]) => {
    setParams((before) => {
      const changed = new URLSearchParams(before);
      if (next === 'open') changed.delete('tab');
      else changed.set('tab', next);
      return changed;
    });
  };

  return (
    <section
      className="panel panel--incidents"
      id="incidents"
      tabIndex={-1}
      aria-labelledby={`${id}-heading`}
    >
      <div className="panel__head">
        <h2 id={`${id}-heading`}>{t('incidents.heading')}</h2>
        <fieldset className="tabs">
          <legend className="visually-hidden">{t('incidents.heading')}</legend>
          {tabs.map((one) => (
            <button key={one} type="button" aria-pressed={tab === one} onClick={() => choose(one)}>
              {t(`incidents.${one}`)}
              {one === 'open' && ` ${open.length}`}
            </button>
          ))}
        </fieldset>
        {may.incident('open') && (
          <Button size="large" onClick={onCreate}>
            ＋ {t('incidents.create')}
          </Button>
        )}
      </div>
      <div className="panel__body" data-testid={`incidents-${tab}`}>
        {tab === 'open' ? <OpenIncidents onShow={onShow} /> : <ResolvedIncidents onShow={onShow} />}
      </div>
      <p className="panel__foot muted">{t('incidents.keys')}</p>
    </section>
  );
}

function OpenIncidents({ onShow }: { onShow: (id: string) => void }) {
  const { t } = useTranslation();
  const { open } = useLiveState(incidentLists);
  const hasData = useLiveState((state) => state.phase !== 'unsynced' || state.incidents.size > 0);
  if (!hasData) return <p className="empty">{t('incidents.waiting')}</p>;
  if (open.length === 0) return <AllQuiet />;
  return <IncidentList incidents={open} onShow={onShow} />;
}

const dayMs = 86_400_000;

/** Incidents resolved in the last 24 hours, newest first: what the platform tells, and what this page saw since. */
export function useResolved(): {
  resolved: readonly Incident[];
  isPending: boolean;
  failure: Error | null;
  retry: () => void;
} {
  const { clock } = useConsole();
  const live = useLiveState(incidentLists);
  const query = useQuery({ queryKey: ['resolved'], queryFn: () => api.incidents(clock.now() - dayMs) });
  const told = query.data?.incidents;
  const resolved = useMemo(() => {
    const since = clock.now() - dayMs;
    const known = joinIncidents(told ?? [], live.resolved, live.open);
    return newestResolvedFirst(known).filter(({ resolvedAt }) => (resolvedAt ?? 0) >= since);
  }, [told, live, clock]);
  return { resolved, isPending: query.isPending, failure: query.error, retry: () => void query.refetch() };
}

/** What is shown while nothing is being handled: since when. */
function AllQuiet() {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const { resolved, isPending, failure } = useResolved();
  const isLost = useContext(LostContext);
  const last = resolved[0]?.resolvedAt;
  if (isLost) return <p className="empty">{t('link.unknown')}</p>;
  return (
    <div className="quiet" data-testid="all-quiet">
      <p className="quiet__words">{t('incidents.calm')}</p>
      {!isPending && !failure && (
        <p>
          {last === undefined
            ? t('incidents.calmDay')
            : t('incidents.calmSince', { time: time(last, 'date') })}
        </p>
      )}
    </div>
  );
}

/** Those resolved in the last 24 hours. */
function ResolvedIncidents({ onShow }: { onShow: (id: string) => void }) {
  const { t } = useTranslation();
  const { resolved, isPending, failure, retry } = useResolved();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks anew each time the tab is opened.
  useEffect(retry, []);
  return (
    <>
      <FailureWords failure={failure} />
      {failure && <Button onClick={retry}>{t('incidents.retry')}</Button>}
      {resolved.length > 0 && <IncidentList incidents={resolved} onShow={onShow} />}
      {resolved.length === 0 && !isPending && !failure && (
        <p className="empty">{t('incidents.noResolved')}</p>
      )}
    </>
  );
}
