import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ElderIncident, ElderView } from '#contracts/elder.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import type { DayClock } from '../../shared/time/day-clock.ts';
import { CalledButton } from './called-button.tsx';
import { isShownStep, type ShownStep } from './shown-steps.ts';

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
  return (
    <section
      className={`panel incident ${isOver ? '' : 'incident--open'}`}
      aria-labelledby={id}
      data-testid={`incident-${incident.id}`}
      data-state={incident.state}
    >
      <h2 id={id}>{t(isOver ? 'family.closed' : 'family.open', { kind: t(`kind.${incident.kind}`) })}</h2>
      {incident.drill && <p className="incident__drill">{t('family.drill')}</p>}
      {incident.outcome && <p className="incident__outcome">{t(`family.outcome.${incident.outcome}`)}</p>}
      <ol className="steps" aria-live="polite">
        {shownStepsOf(incident).map(({ key, at, type, words }) => (
          <li key={key} className="steps__one" data-testid={`step-${type}`}>
            <span className="steps__time">{clock(at)}</span>
            <span>
              <strong>{t(`family.step.${type}`)}</strong>
              <br />
              <bdi>{words}</bdi>
            </span>
          </li>
        ))}
      </ol>
      {!isOver && <CalledButton view={view} incident={incident} again={again} />}
      {incident.looks.length > 0 && (
        <div data-testid="looks">
          <h3>{t('family.looks')}</h3>
          <ul>
            {incident.looks.map(({ at, name }) => (
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

function shownStepsOf({ steps }: ElderIncident) {
  const isEnglish = currentLanguage() === 'en';
  return steps
    .map(({ at, type, words }, index) => ({ key: index, at, type, words: isEnglish ? words.en : words.zh }))
    .filter((step): step is typeof step & { type: ShownStep } => isShownStep(step.type))
    .reverse();
}
