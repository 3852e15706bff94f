import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type RemovedTask, removedBetween } from '../tasks/removed-tasks.ts';
import { useResponder } from './responder-context.ts';

/** Most notices kept; the oldest go. */
const maxNotices = 5;

/** A short word for each incident that is no longer this responder's, until it is put away. */
export function RemovedTasks() {
  const { t } = useTranslation();
  const { store, session, answers } = useResponder();
  const [notices, setNotices] = useState<readonly RemovedTask[]>([]);
  const me = session.person.id;

  useEffect(
    () =>
      store.onChange((state, before) => {
        const fresh = removedBetween(before, state, me, answers.get);
        setNotices((known) => {
          const kept = known.filter(
            ({ id }) => (state.incidents.get(id)?.state ?? 'resolved') === 'resolved',
          );
          if (fresh.length === 0 && kept.length === known.length) return known;
          return [...kept, ...fresh].slice(-maxNotices);
        });
      }),
    [store, me, answers],
  );

  return (
    <div role="status" className="removed-list">
      {notices.map(({ id, place, because }) => (
        <div key={id} className="panel removed" data-testid={`removed-${id}`}>
          <p>
            <strong>{t(`responder.removed.${because}`)}</strong>
            <br />
            <bdi>{place}</bdi>
          </p>
          <button
            type="button"
            className="big-button"
            onClick={() => setNotices((known) => known.filter((one) => one.id !== id))}
          >
            {t('responder.removed.close')}
          </button>
        </div>
      ))}
    </div>
  );
}
