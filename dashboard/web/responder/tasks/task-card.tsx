import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  FirstLines,
  HoldingWords,
  LevelMark,
  LinkedWords,
  MemberWords,
  TakenOutWords,
} from '../../shared/incidents/incident-words.tsx';
import { useAgeWords, useTimeOfDay } from '../../shared/time/use-time-words.ts';
import { useNow } from '../page/responder-context.ts';
import { Scene } from '../scene/scene.tsx';
import { isGoing, type Task } from './task.ts';
import { TaskActions } from './task-actions.tsx';

/** One task: level by colour, shape and word, what, where, how long ago, and the answer by the thumb. */
export function TaskCard({ task, children }: { task: Task; children: ReactNode }) {
  const { t } = useTranslation();
  const age = useAgeWords();
  const now = useNow();
  const time = useTimeOfDay();
  const { incident, status, asks } = task;
  return (
    <article
      className={`task task--${incident.level}`}
      data-testid={`task-${incident.id}`}
      data-status={status}
      data-asks={asks}
    >
      <header className="task__head">
        <FirstLines incident={incident} />
        <p className="task__marks">
          <LevelMark level={incident.level} />
          {incident.drill && <strong className="task__drill">{t('responder.drill')}</strong>}
        </p>
        <h2 className="task__kind">{t(`kind.${incident.kind}`)}</h2>
        <p className="task__place">
          <bdi>{incident.place.label}</bdi>
        </p>
        <p>
          {t(incident.late ? 'responder.received' : 'responder.since', { age: age(now - incident.openedAt) })}
        </p>
        {incident.possibleRepeats !== undefined && (
          <p>
            {t('responder.alarms', { n: incident.alarmCount })}{' '}
            {t('possibleRepeats', { n: incident.possibleRepeats })}
          </p>
        )}
        <MemberWords incident={incident} />
        <HoldingWords incident={incident} time={time} />
        <TakenOutWords incident={incident} />
        <LinkedWords incident={incident} />
      </header>
      <p className="task__status" role="status">
        {isGoing(status) && asks ? t('responder.newAlarm') : t(`responder.status.${status}`)}
      </p>
      {isGoing(status) && <Scene incident={incident} status={status} />}
      {children}
      <TaskActions task={task} />
    </article>
  );
}
