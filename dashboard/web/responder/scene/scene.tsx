import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident, TimelineEntry } from '#contracts/incident.ts';
import type { IncidentDetail } from '#contracts/rest.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import { CallLink } from '../../shared/phone/call-link.tsx';
import { api } from '../../shared/rest/api.ts';
import { useTimeOfDay } from '../../shared/time/use-time-words.ts';
import type { TaskStatus } from '../tasks/task.ts';
import { ArrivalInfo } from './arrival-info.tsx';
import { OutsideHelp } from './outside-help.tsx';
import { Report } from './report.tsx';

/** What somebody who goes needs: what to know, whom to call, what happened, and a way to report. */
export function Scene({ incident, status }: { incident: Incident; status: TaskStatus }) {
  const { t } = useTranslation();
  const { detail, failure, again } = useDetail(incident.id, incident.version);
  const callBack = incident.callBack ?? detail?.incident.callBack;
  return (
    <>
      {status === 'on-scene' && <Report incident={incident.id} />}
      {failure && (
        <div className="panel" role="alert">
          <p className="failure">{t('responder.scene.loadFailed')}</p>
          <button type="button" className="big-button" onClick={again}>
            {t('responder.scene.retry')}
          </button>
        </div>
      )}
      {!detail && !failure && <p role="status">{t('responder.scene.loading')}</p>}
      {detail && <ArrivalInfo info={detail.arrivalInfo} />}
      {callBack && (
        <CallLink
          number={callBack}
          words={t('responder.scene.callBack', { number: callBack })}
          isMain={false}
        />
      )}
      <OutsideHelp incident={incident} />
      {status !== 'on-scene' && <Report incident={incident.id} />}
      <Going incident={incident} />
      {detail && <SceneTimeline entries={detail.timeline} />}
    </>
  );
}

function Going({ incident: { assignments } }: { incident: Incident }) {
  const { t } = useTranslation();
  return (
    <section className="panel">
      <h3>{t('responder.scene.going')}</h3>
      <ul className="lines">
        {assignments.map(({ id, personName, state }) => (
          <li key={id}>
            <bdi>{personName}</bdi> · {t(`assignmentState.${state}`)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Lines drawn on a phone; the earlier ones stay with the platform. */
const maxLines = 50;

/** What happened, newest first. */
function SceneTimeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  const newestFirst = [...entries].sort((a, b) => b.sequence - a.sequence).slice(0, maxLines);
  return (
    <section className="panel">
      <h3>{t('responder.scene.timeline')}</h3>
      <ol className="lines">
        {newestFirst.map(({ sequence, at, type, actor, words, possibleRepeat }) => (
          <li key={sequence} data-testid={`timeline-${type}`}>
            <strong>
              {time(at, 'seconds')} {t(`timelineType.${type}`)}
            </strong>
            <br />
            <bdi>{currentLanguage() === 'en' ? words.en : words.zh}</bdi>
            {possibleRepeat && <span className="muted"> · {t('possibleRepeat')}</span>}
            {actor && !words.zh.includes(actor) && <bdi className="muted"> · {actor}</bdi>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** An incident's timeline and arrival info as last read, and why they could not be read. */
interface Detail {
  detail: IncidentDetail | undefined;
  failure: Error | undefined;
  again: () => void;
}

/** Reads the detail of an incident, anew with every version; what was read before stays until then. */
function useDetail(id: string, version: number): Detail {
  const [detail, setDetail] = useState<IncidentDetail>();
  const [failure, setFailure] = useState<Error>();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version, or another try, is what asks for reading.
  useEffect(() => {
    let isCurrent = true;
    api.incident(id).then(
      (read) => {
        if (!isCurrent) return;
        setDetail(read);
        setFailure(undefined);
      },
      (error: Error) => {
        if (isCurrent) setFailure(error);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [id, version, tries]);
  const again = useCallback(() => setTries((before) => before + 1), []);
  return { detail, failure, again };
}
