import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';
import { CallLink } from '../../shared/phone/call-link.tsx';
import type { Standing } from '../tasks/task.ts';
import { ArrivalInfo } from './arrival-info.tsx';
import { OutsideHelp } from './outside-help.tsx';
import { Report } from './report.tsx';
import { SceneTimeline } from './scene-timeline.tsx';
import { useDetail } from './use-detail.ts';

/** What somebody who goes needs: what to know, whom to call, what happened, and a way to report. */
export function Scene({ incident, standing }: { incident: Incident; standing: Standing }) {
  const { t } = useTranslation();
  const { detail, failure, again } = useDetail(incident.id, incident.version);
  const callBack = incident.callBack ?? detail?.incident.callBack;
  return (
    <>
      {standing === 'on-scene' && <Report incident={incident.id} />}
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
      {standing !== 'on-scene' && <Report incident={incident.id} />}
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
