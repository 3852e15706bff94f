import { Button } from 'antd';
import { type KeyboardEvent, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { isActiveAssignment } from '#contracts/facts/assignments.ts';
import type { Incident } from '#contracts/incident.ts';
import {
  FirstLines,
  HoldingWords,
  LevelMark,
  LinkedWords,
  MemberWords,
  TakenOutWords,
} from '../../shared/incidents/incident-words.tsx';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useElapsedWords, useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/console-context.ts';
import { useMay } from '../page/use-may.ts';
import { useAcknowledge } from './use-acknowledge.ts';

interface IncidentCardProps {
  incident: Incident;
  /** In the tab order; the arrow keys move between the others. */
  isSelected: boolean;
  onShow: (id: string) => void;
}

/** One incident in the list. */
export const IncidentCard = memo(function IncidentCard({ incident, isSelected, onShow }: IncidentCardProps) {
  const { t } = useTranslation();
  const { id, state, level, kind, place } = incident;
  const time = useTimeOfDay();
  const acknowledging = useAcknowledge(incident);
  const mayAcknowledge = useMay().incident('acknowledge', incident);
  const words = { kind: t(`kind.${kind}`), place: place.label };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const isForCard =
      event.target === event.currentTarget && !event.repeat && !event.ctrlKey && !event.metaKey;
    if (!isForCard) return;
    const key = event.key.toLowerCase();
    const isAcknowledge = mayAcknowledge && state === 'new' && (key === 'enter' || key === 'a');
    if (!isAcknowledge && key !== 'enter' && key !== 'o') return;
    event.preventDefault();
    if (isAcknowledge) acknowledging.acknowledge();
    else onShow(id);
  };

  return (
    <article
      className={`incident incident--${level} incident--${state}${incident.unansweredSince === undefined ? '' : ' incident--unanswered'}`}
      data-testid={`incident-${id}`}
      data-incident={id}
      data-state={state}
      data-level={level}
      data-unanswered={incident.unansweredSince !== undefined}
      data-alarms={incident.alarmCount}
      aria-label={`${incident.unansweredSince === undefined ? '' : `${t('unanswered')} `}${t(`level.${level}`)} ${words.kind} ${words.place} ${t(`incidentState.${state}`)}`}
      tabIndex={isSelected ? 0 : -1}
      onKeyDown={onKeyDown}
    >
      <FirstLines incident={incident} />
      <div className="incident__head">
        <LevelMark level={level} />
        <Marks incident={incident} />
        <IncidentTime incident={incident} />
      </div>
      <div className="incident__what">
        <h3 className="incident__place">
          <bdi>{place.label}</bdi>
        </h3>
        <p className="incident__kind">{words.kind}</p>
        <Handling incident={incident} />
      </div>
      <div className="incident__acts">
        {state === 'new' && mayAcknowledge && (
          <Button
            type="primary"
            size="large"
            className="acknowledge"
            data-testid={`acknowledge-${id}`}
            aria-label={t('incidents.acknowledgeOf', words)}
            disabled={acknowledging.isSending}
            onClick={acknowledging.acknowledge}
          >
            {t(acknowledging.isSending ? 'incidents.acknowledging' : 'incidents.acknowledge')}
          </Button>
        )}
        <Button
          size="large"
          data-testid={`show-${id}`}
          aria-label={t('incidents.detailOf', words)}
          onClick={() => onShow(id)}
        >
          {t('incidents.detail')}
        </Button>
      </div>
      <MemberWords incident={incident} />
      <HoldingWords incident={incident} time={time} />
      <TakenOutWords incident={incident} />
      <LinkedIncidents incident={incident} />
      <FailureWords failure={acknowledging.failure} />
    </article>
  );
});

function IncidentTime({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const time = useTimeOfDay();
  if (incident.state !== 'resolved') return <IncidentAge since={incident.openedAt} />;
  return (
    <span className="incident__age">
      {t('incidents.resolvedAt', { time: time(incident.resolvedAt ?? 0) })}
    </span>
  );
}

function Marks({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  return (
    <>
      {incident.drill && <span className="mark mark--drill">{t('incidents.drill')}</span>}
      {incident.alarmCount > 1 && (
        <span className="mark">{t('incidents.repeated', { n: incident.alarmCount })}</span>
      )}
      {incident.possibleRepeats !== undefined && (
        <span className="mark">{t('possibleRepeats', { n: incident.possibleRepeats })}</span>
      )}
      {incident.source === 'desk' && <span className="mark">{t('incidents.desk')}</span>}
      {incident.source === 'family' && <span className="mark">{t('incidents.family')}</span>}
    </>
  );
}

function Handling({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const onTheWay = incident.assignments.filter(({ state }) => isActiveAssignment(state));
  const parts = [
    incident.state === 'new' ? undefined : incident.acknowledgedBy,
    incident.outcome && t('detail.outcomeWas', { outcome: t(`outcome.${incident.outcome}`) }),
  ];
  const isOpen = incident.state !== 'resolved';
  if (!parts.some(Boolean) && onTheWay.length === 0 && !isOpen) return null;
  return (
    <p className="incident__handling">
      {isOpen && onTheWay.length === 0 && <strong className="nobody-going">{t('nobodyGoing')}</strong>}
      {parts[0] && <span>{t('incidents.acknowledgedBy', { name: parts[0] })}</span>}
      {parts[1] && <span>{parts[1]}</span>}
      {onTheWay.map(({ id, personName, state }) => (
        <span key={id}>
          <bdi>{personName}</bdi> {t(`assignmentState.${state}`)}
        </span>
      ))}
    </p>
  );
}

/** How long ago something began, counting up by the platform's clock. */
export function IncidentAge({ since }: { since: number }) {
  const { t } = useTranslation();
  const elapsed = useElapsedWords();
  return <span className="incident__age">{t('incidents.age', { age: elapsed(useNow() - since) })}</span>;
}

/** The incidents that one is linked to, each opened by its number. */
export function LinkedIncidents({ incident }: { incident: Incident }) {
  return (
    <LinkedWords
      incident={incident}
      link={({ id, number }) => <Link to={{ search: `?incident=${id}` }}>{number}</Link>}
    />
  );
}
