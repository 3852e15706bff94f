import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useLightAction } from '../../shared/rest/use-light-action.ts';
import { useResponder } from '../page/responder-context.ts';
import type { Task } from './task.ts';
import { type AnswerMove, movesOf } from './task-moves.ts';

/** The answers to a task, big, at the foot of the screen; each says what it will do. */
export function TaskActions({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { session, answers } = useResponder();
  const { incident, mine } = task;
  const { id, attention, version } = incident;
  const me = session.person.id;
  const [doneVersion, setDoneVersion] = useState(0);
  const done = (result: ActionDone) => {
    setDoneVersion(result.version);
    answers.answer(id, attention);
  };
  const move = useLightAction<{ to: AnswerMove; assignment: string }, ActionDone>(
    ({ assignment, ...body }) => api.moveAssignment(id, assignment, body),
    done,
  );
  const take = useLightAction<{ person: string; accept: true }, ActionDone>(
    (body) => api.assign(id, body),
    done,
  );

  // Done, and not yet seen here: a second press would be refused.
  const isWaiting = move.isSending || take.isSending || version < doneVersion;
  const press = (to: AnswerMove | 'take' | 'silence') => {
    if (to === 'silence') return answers.answer(id, attention);
    if (to === 'take') return take.act({ person: me, accept: true });
    if (mine) move.act({ to, assignment: mine.id });
  };
  const moves = movesOf(task);
  if (moves.length === 0) return null;
  return (
    <div className="task__actions">
      <FailureWords failure={move.failure ?? take.failure} />
      {moves.map(({ to, words, isMain }) => (
        <button
          key={words}
          type="button"
          className={`big-button ${isMain ? 'big-button--main big-button--huge' : ''}`}
          data-testid={`action-${words}`}
          disabled={isWaiting && to !== 'silence'}
          onClick={() => press(to)}
        >
          {t(isWaiting && isMain ? 'responder.action.sending' : `responder.action.${words}`)}
        </button>
      ))}
    </div>
  );
}
