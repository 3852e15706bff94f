import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterView, Replayed } from '#contracts/dead-letters.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { lettersApi, useReadListAnew } from './letters-api.ts';
import { visibleText } from './visible-text.ts';

interface LetterActsProps {
  letter: DeadLetterView;
  /** Taken in or thrown away: nothing more can be done. */
  isSettled: boolean;
  onSettled: () => void;
  /** Judged again and still not readable; the letter says anew why. */
  onRejected: () => void;
}

/** Replaying and discarding one, with what came of it. */
export function LetterActs({ letter, isSettled, onSettled, onRejected }: LetterActsProps) {
  const { t } = useTranslation();
  const readListAnew = useReadListAnew();
  const [isDiscarded, setDiscarded] = useState(false);
  const replay = useMutation({
    mutationFn: () => lettersApi.replay(letter.id),
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
        {isDiscarded && <p>{t('letters.discarded')}</p>}
      </div>
      {!isSettled && (
        <div className="letters__acts">
          {letter.isWhole && letter.lane !== 'state' && (
            <Button type="primary" disabled={replay.isPending} onClick={() => replay.mutate()}>
              {t(replay.isPending ? 'letters.replaying' : 'letters.replay')}
            </Button>
          )}
          <Discard letter={letter} onDone={discarded} />
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
      <p>{t(`letters.outcome.${outcome}`)}</p>
      {late && <p>{t('letters.late')}</p>}
      {rejected && (
        <p>
          {t(`letters.reason.${rejected.reason}`)} · <bdi>{visibleText(rejected.expected)}</bdi>
        </p>
      )}
    </>
  );
}

/** Least letters of a reason; the server asks for as many. */
const minWhy = 3;

function Discard({ letter, onDone }: { letter: DeadLetterView; onDone: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [isAsking, setAsking] = useState(false);
  const [because, setBecause] = useState('');
  const discard = useMutation({
    mutationFn: () => lettersApi.discard(letter.id, { because: because.trim() }),
    onSuccess: onDone,
  });
  const isTooShort = because.trim().length < minWhy;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isTooShort && !discard.isPending) discard.mutate();
  };
  if (!isAsking) return <Button onClick={() => setAsking(true)}>{t('letters.discard')}</Button>;
  return (
    <form className="inline-form" onSubmit={submit} noValidate>
      <label htmlFor={id}>{t('letters.discardWhy')}</label>
      <Input
        id={id}
        autoFocus
        autoComplete="off"
        maxLength={200}
        value={because}
        onChange={(event) => setBecause(event.target.value)}
      />
      <div className="letters__acts">
        <Button danger htmlType="submit" disabled={isTooShort || discard.isPending}>
          {t('letters.discardConfirm')}
        </Button>
        <Button onClick={() => setAsking(false)}>{t('letters.keep')}</Button>
      </div>
      <FailureWords failure={discard.error} />
    </form>
  );
}
