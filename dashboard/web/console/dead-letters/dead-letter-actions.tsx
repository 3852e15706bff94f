import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterView, Replayed } from '#contracts/dead-letters.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { deadLettersApi, useReadListAnew } from './dead-letters-api.ts';
import { visibleText } from './visible-text.ts';

interface DeadLetterActionsProps {
  deadLetter: DeadLetterView;
  /** Taken in or thrown away: nothing more can be done. */
  isSettled: boolean;
  onSettled: () => void;
  /** Judged again and still not readable; the dead letter says anew why. */
  onRejected: () => void;
}

/** Replaying and discarding one, with what came of it. */
export function DeadLetterActions({ deadLetter, isSettled, onSettled, onRejected }: DeadLetterActionsProps) {
  const { t } = useTranslation();
  const readListAnew = useReadListAnew();
  const [isDiscarded, setDiscarded] = useState(false);
  const replay = useMutation({
    mutationFn: () => deadLettersApi.replay(deadLetter.id),
    onSuccess: ({ outcome }) => {
      if (outcome === 'journalled' || outcome === 'already-journalled') onSettled();
      else onRejected();
    },
    onSettled: readListAnew,
  });
  const discarded = () => {
    setDiscarded(true);
    onSettled();
    readListAnew();
  };
  return (
    <>
      <div role="status" data-testid="replayed">
        {replay.data && <Outcome done={replay.data} />}
        {isDiscarded && <p>{t('deadLetters.discarded')}</p>}
      </div>
      {!isSettled && (
        <div className="dead-letters__actions">
          {deadLetter.isWhole && deadLetter.lane !== 'state' && (
            <Button type="primary" disabled={replay.isPending} onClick={() => replay.mutate()}>
              {t(replay.isPending ? 'deadLetters.replaying' : 'deadLetters.replay')}
            </Button>
          )}
          <Discard deadLetter={deadLetter} onDone={discarded} />
        </div>
      )}
      <FailureWords failure={replay.error} />
    </>
  );
}

function Outcome({ done: { outcome, late, rejected } }: { done: Replayed }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t(`deadLetters.outcome.${outcome}`)}</p>
      {late && <p>{t('deadLetters.late')}</p>}
      {rejected && (
        <p>
          {t(`deadLetters.reason.${rejected.reason}`)} · <bdi>{visibleText(rejected.expected)}</bdi>
        </p>
      )}
    </>
  );
}

/** Least dead letters of a reason; the server asks for as many. */
const minWhy = 3;

function Discard({ deadLetter, onDone }: { deadLetter: DeadLetterView; onDone: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [isAsking, setAsking] = useState(false);
  const [because, setBecause] = useState('');
  const discard = useMutation({
    mutationFn: () => deadLettersApi.discard(deadLetter.id, { because: because.trim() }),
    onSuccess: onDone,
  });
  const isTooShort = because.trim().length < minWhy;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isTooShort && !discard.isPending) discard.mutate();
  };
  if (!isAsking) return <Button onClick={() => setAsking(true)}>{t('deadLetters.discard')}</Button>;
  return (
    <form className="inline-form" onSubmit={submit} noValidate>
      <label htmlFor={id}>{t('deadLetters.discardWhy')}</label>
      <Input
        id={id}
        autoFocus
        autoComplete="off"
        maxLength={200}
        value={because}
        onChange={(event) => setBecause(event.target.value)}
      />
      <div className="dead-letters__actions">
        <Button danger htmlType="submit" disabled={isTooShort || discard.isPending}>
          {t('deadLetters.discardConfirm')}
        </Button>
        <Button onClick={() => setAsking(false)}>{t('deadLetters.keep')}</Button>
      </div>
      <FailureWords failure={discard.error} />
    </form>
  );
}
