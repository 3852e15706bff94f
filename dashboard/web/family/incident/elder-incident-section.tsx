import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ElderIncident, ElderView } from '#contracts/elder.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import type { DayClock } from '../../shared/time/day-clock.ts';
import { CalledButton } from './called-button.tsx';

/** An incident of the elder, from seen to its closing message, newest step first. */
export function ElderIncidentSection(props: {
  view: ElderView;
  incident: ElderIncident;
  clock: DayClock;
  again: () => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const { view, incident, clock, again } = props;
  const isOver = incident.state === 'resolved';
  const newestFirst = incident.steps.toReversed();
  return (
    <section
      className={`panel incident ${isOver ? '' : 'incident--open'}`}
      aria-labelledby={id}
      data-testid={`incident-${incident.id}`}
      data-state={incident.state}
    >
      <h2 id={id}>{t(`family.state.${incident.state}`, { kind: t(`kind.${incident.kind}`) })}</h2>
      {incident.capturedAt !== undefined && (
        <p className="incident__late">{t('family.late', { time: clock(incident.capturedAt) })}</p>
      )}
      {incident.drill && <p className="incident__drill">{t('family.drill')}</p>}
      {incident.outcome && <p className="incident__outcome">{t(`family.outcome.${incident.outcome}`)}</p>}
      {isOver && incident.holds && (
        <p className="incident__holds" role="status">
          {t('family.stillHolds')}
        </p>
      )}
      <ol className="steps" aria-live="polite">
        {newestFirst.map(({ at, type, words }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only added, so their place from the first on is theirs.
          <li key={incident.steps.length - index} className="steps__one" data-testid={`step-${type}`}>
            <span className="steps__time">{clock(at)}</span>
            <bdi className="steps__words">{currentLanguage() === 'en' ? words.en : words.zh}</bdi>
          </li>
        ))}
      </ol>
      {!isOver && <CalledButton view={view} incident={incident} again={again} />}
      {incident.accesses.length > 0 && (
        <div data-testid="accesses">
          <h3>{t('family.accesses')}</h3>
          <ul>
            {incident.accesses.map(({ at, name }) => (
              <li key={`${at} ${name}`}>
                {clock(at)} <bdi>{name}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
