import { useTranslation } from 'react-i18next';
import { useLiveState } from './responder-context.ts';

/** Nothing to do; before the first snapshot nothing is known, and "no task" is not claimed. */
export function NoTask() {
  const { t } = useTranslation();
  const isKnown = useLiveState(({ phase }) => phase !== 'unsynced');
  if (!isKnown) return <p className="no-task">{t('responder.waiting')}</p>;
  return (
    <section className="no-task" data-testid="calm">
      <svg viewBox="0 0 48 48" width="72" height="72" aria-hidden="true">
        <circle cx="24" cy="24" r="22" fill="var(--go)" />
        <path d="M13 25l8 8 15-17" fill="none" stroke="#fff" strokeWidth="5" strokeLinecap="round" />
      </svg>
      <h2 className="no-task__heading">{t('responder.noTask')}</h2>
      <p>{t('responder.noTaskHint')}</p>
    </section>
  );
}
