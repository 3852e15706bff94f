import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import type { IncidentDetail } from '#contracts/rest.ts';
import {
  FirstLines,
  HoldingWords,
  LevelMark,
  MemberWords,
  TakenOutWords,
} from '../../shared/incidents/incident-words.tsx';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { RequestFailed } from '../../shared/rest/request.ts';
import { useAction } from '../../shared/rest/use-action.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { useLiveState } from '../page/console-context.ts';
import { LostBar } from '../page/lost-bar.tsx';
import { SideDrawer } from '../page/side-drawer.tsx';
import { useMay } from '../page/use-may.ts';
import { ArrivalInfo } from './arrival-info.tsx';
import { IncidentAge, LinkedIncidents } from './incident-card.tsx';
import { incidentLists } from './incident-order.ts';
import { NoteForm } from './note-form.tsx';
import { ResolveForm } from './resolve-form.tsx';
import { Responders } from './responders.tsx';
import { Timeline } from './timeline.tsx';
import type { Resolved } from './undo-bar.tsx';
import { useAcknowledge } from './use-acknowledge.ts';

interface IncidentDetailDrawerProps {
  id: string | undefined;
  onClose: () => void;
  onResolved: (resolved: Resolved) => void;
}

/** One incident opened for handling, over the page. */
export function IncidentDetailDrawer({ id, onClose, onResolved }: IncidentDetailDrawerProps) {
  const { t } = useTranslation();
  const title = <span data-testid="detail-title">{t('incidents.detail')}</span>;
  return (
    <SideDrawer isOpen={id !== undefined} onClose={onClose} title={title} width="62rem">
      {id !== undefined && <Detail key={id} id={id} onClose={onClose} onResolved={onResolved} />}
    </SideDrawer>
  );
}

function Detail({ id, onClose, onResolved }: IncidentDetailDrawerProps & { id: string }) {
  const { t } = useTranslation();
  const { detail, failure, retry } = useIncidentDetail(id);
  if (failure instanceof RequestFailed && failure.status === 404)
    return <p role="alert">{t('detail.notFound')}</p>;
  return (
    <div className="detail" data-testid={`detail-${id}`}>
      <LostBar />
      <OthersWaiting id={id} onClose={onClose} />
      <FailureWords failure={failure} />
      {failure && <Button onClick={retry}>{t('incidents.retry')}</Button>}
      {detail && <DetailBody detail={detail} onClose={onClose} onResolved={onResolved} />}
    </div>
  );
}

interface DetailBodyProps {
  detail: IncidentDetail;
  onClose: () => void;
  onResolved: (resolved: Resolved) => void;
}

function DetailBody({ detail, onClose, onResolved }: DetailBodyProps) {
  const { incident, timeline, arrivalInfo } = detail;
  const may = useMay();
  const resolved = (outcome: Resolved['outcome']) => {
    onResolved({ incident, outcome });
    onClose();
  };
  return (
    <>
      <Facts detail={detail} />
      <AcknowledgeButton incident={incident} />
      {arrivalInfo && <ArrivalInfo info={arrivalInfo} />}
      <div className="detail__columns">
        <div className="detail__acts">
          <Responders incident={incident} />
          {incident.state === 'resolved' ? (
            may.incident('reopen', incident) && <ReopenButton incident={incident} />
          ) : (
            <>
              {may.incident('note', incident) && <NoteForm incident={incident} />}
              {may.incident('resolve', incident) && <ResolveForm incident={incident} onResolved={resolved} />}
            </>
          )}
        </div>
        <Timeline incident={incident.id} entries={timeline} />
      </div>
    </>
  );
}

function Facts({ detail: { incident, timeline } }: { detail: IncidentDetail }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const { callBack, outcome } = incident;
  const evidence = timeline.findLast(({ type }) => type === 'alarm')?.words ?? incident.summary;
  return (
    <section className="detail__facts">
      <FirstLines incident={incident} />
      <p className="detail__marks">
        <LevelMark level={incident.level} />
        <span className="mark">{t(`incidentState.${incident.state}`)}</span>
        {incident.source === 'family' && <span className="mark">{t('incidents.family')}</span>}
        {incident.drill && <span className="mark mark--drill">{t('incidents.drill')}</span>}
        {outcome && (
          <span className="mark">{t('detail.outcomeWas', { outcome: t(`outcome.${outcome}`) })}</span>
        )}
      </p>
      <h2 className="incident__place">
        <bdi>{incident.place.label}</bdi>
      </h2>
      <p className="incident__kind">{t(`kind.${incident.kind}`)}</p>
      <MemberWords incident={incident} all />
      <HoldingWords incident={incident} time={time} />
      <TakenOutWords incident={incident} />
      <LinkedIncidents incident={incident} />
      <p className="detail__evidence">
        <span className="muted">{t('detail.evidence')}</span>{' '}
        <bdi>{currentLanguage() === 'en' ? evidence.en : evidence.zh}</bdi>
      </p>
      <p className="muted">
        {t(incident.late ? 'detail.received' : 'detail.opened')} {time(incident.openedAt, 'date')}
        {incident.state !== 'resolved' && (
          <>
            {' · '}
            <IncidentAge since={incident.openedAt} />
          </>
        )}
        {' · '}
        {t('detail.number', { number: incident.number })}
      </p>
      {callBack && (
        <p>
          {t('detail.callBack')} <a href={`tel:${callBack}`}>{callBack}</a>
        </p>
      )}
    </section>
  );
}

function AcknowledgeButton({ incident }: Pick<IncidentDetail, 'incident'>) {
  const { t } = useTranslation();
  const { acknowledge, isSending, failure } = useAcknowledge(incident);
  const may = useMay();
  if (incident.state !== 'new') {
    if (!incident.acknowledgedBy) return null;
    return <p>{t('incidents.acknowledgedBy', { name: incident.acknowledgedBy })}</p>;
  }
  if (!may.incident('acknowledge', incident)) return null;
  return (
    <div>
      <Button
        type="primary"
        size="large"
        block
        className="acknowledge"
        disabled={isSending}
        onClick={acknowledge}
      >
        {t(isSending ? 'incidents.acknowledging' : 'incidents.acknowledge')}
      </Button>
      <FailureWords failure={failure} />
    </div>
  );
}

function OthersWaiting({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { unacknowledged } = useLiveState(incidentLists);
  const isItself = useLiveState((state) => state.incidents.get(id)?.state === 'new');
  const others = unacknowledged - (isItself ? 1 : 0);
  if (others === 0) return null;
  return (
    <button type="button" className="others-waiting" onClick={onClose}>
      {t('detail.othersWaiting', { n: others })}
    </button>
  );
}

/** Opens a resolved incident again. */
function ReopenButton({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const reopen = useAction<object, ActionDone>((body) => api.reopen(incident.id, body));
  return (
    <div>
      <Button size="large" disabled={reopen.isPending} onClick={() => reopen.mutate({})}>
        {t('detail.reopen')}
      </Button>
      <FailureWords failure={reopen.error} />
    </div>
  );
}

/** A newer version is read after so long, with whatever came in meanwhile, in ms: each reading is audited. */
const gatherMs = 300;

/** One incident with its timeline, read again when the live state knows a newer version. */
function useIncidentDetail(id: string): {
  detail: IncidentDetail | undefined;
  failure: Error | null;
  retry: () => void;
} {
  const live = useLiveState((state) => state.incidents.get(id));
  const query = useQuery({ queryKey: ['incident', id], queryFn: () => api.incident(id), staleTime: 0 });
  const { refetch, isFetching, isError } = query;
  const isBehind =
    live !== undefined && query.data !== undefined && live.version > query.data.incident.version;
  useEffect(() => {
    if (!isBehind || isFetching || isError) return;
    const timer = setTimeout(() => void refetch(), gatherMs);
    return () => clearTimeout(timer);
  }, [isBehind, isFetching, isError, refetch]);

  const detail = query.data && isBehind ? { ...query.data, incident: live } : query.data;
  return { detail, failure: query.error, retry: () => void refetch() };
}
