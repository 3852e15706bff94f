import { useTranslation } from 'react-i18next';
import type { Task } from '../tasks/task.ts';

/** Says to a screen reader what rings, once an attention, and once more where nobody answers. */
export function Announcement({ tasks }: { tasks: readonly Task[] }) {
  const { t } = useTranslation();
  const first = tasks[0]?.asks ? tasks[0].incident : undefined;
  return (
    <div className="visually-hidden" role="alert">
      {first && (
        <p key={`${first.id} ${first.attention} ${first.unansweredSince}`}>
          {first.unansweredSince !== undefined && `${t('unanswered')} `}
          {t('responder.announce', {
            level: t(`level.${first.level}`),
            kind: t(`kind.${first.kind}`),
            place: first.place.label,
          })}
        </p>
      )}
    </div>
  );
}
