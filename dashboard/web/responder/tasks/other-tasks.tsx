import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { LevelMark } from '../../shared/incidents/incident-words.tsx';
import type { Task } from './task.ts';

/** The further tasks, short, each a press away. */
export function OtherTasks({ tasks, onShow }: { tasks: readonly Task[]; onShow: (id: string) => void }) {
  const { t } = useTranslation();
  const id = useId();
  if (tasks.length === 0) return null;
  return (
    <section className="others" aria-labelledby={id}>
      <h2 id={id}>{t('responder.others', { n: tasks.length })}</h2>
      <ul>
        {tasks.map(({ incident, status }) => (
          <li key={incident.id}>
            <button
              type="button"
              className="others__one"
              data-testid={`other-${incident.id}`}
              onClick={() => onShow(incident.id)}
            >
              <LevelMark level={incident.level} />
              <span>
                <bdi>
                  {t('responder.show', { kind: t(`kind.${incident.kind}`), place: incident.place.label })}
                </bdi>
                <br />
                {t(`responder.status.${status}`)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
