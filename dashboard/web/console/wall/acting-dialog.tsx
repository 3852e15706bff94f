import { useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActingToken, WallPeople } from '#contracts/wall.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { RequestFailed } from '../../shared/rest/request.ts';
import { useWaitSeconds } from '../../shared/sign-in/use-submit.ts';
import { PinPad, pinLength } from './pin-pad.tsx';

/** Somebody who may act at the wall. */
export type Person = WallPeople['people'][number];

/** Half an entered PIN left standing would be another's to finish: after so long the question is withdrawn, in ms. */
const withdrawAfterMs = 60_000;

interface ActingDialogProps {
  isOpen: boolean;
  /** Counts the questions: each begins empty, even while the dialog of the one before is still closing. */
  question: number;
  /** Who acted just now, and whose token held no more when the action came: only the PIN is asked for again. */
  before: Person | undefined;
  onActing: (token: ActingToken, person: Person) => void;
  onCancel: () => void;
}

/** 谁在操作: who acts at the wall, by name and PIN. */
export function ActingDialog({ isOpen, question, ...props }: ActingDialogProps) {
  const { t } = useTranslation();
  const content = useRef<HTMLDivElement>(null);
  // Once open, the dialog takes the focus to itself: a pad that was there before takes it back.
  const focusPad = () => content.current?.querySelector<HTMLElement>('.pin-pad')?.focus();
  return (
    <Modal
      open={isOpen}
      onCancel={props.onCancel}
      title={t('acting.who')}
      footer={null}
      afterOpenChange={(isShown) => isShown && focusPad()}
      destroyOnHidden
      width="34rem"
      closable={false}
      // Over the drawer from which somebody acts.
      zIndex={1200}
    >
      <div ref={content}>
        <WhoActs key={question} {...props} />
      </div>
    </Modal>
  );
}

function WhoActs({ before, onActing, onCancel }: Omit<ActingDialogProps, 'isOpen' | 'question'>) {
  const { t } = useTranslation();
  const [person, setPerson] = useState(before);
  useWithdrawal(onCancel);
  return (
    <div className="acting" data-testid="acting">
      {before && (
        <p role="alert" className="failure">
          {t('acting.again')}
        </p>
      )}
      {person ? (
        <PinOf person={person} onActing={onActing} onOther={() => setPerson(undefined)} />
      ) : (
        <People onChoose={setPerson} />
      )}
      <Button size="large" block onClick={onCancel}>
        {t('acting.cancel')}
      </Button>
    </div>
  );
}

function useWithdrawal(onCancel: () => void): void {
  const cancel = useRef(onCancel);
  useEffect(() => {
    cancel.current = onCancel;
  });
  useEffect(() => {
    let timer = setTimeout(() => cancel.current(), withdrawAfterMs);
    const putOff = () => {
      clearTimeout(timer);
      timer = setTimeout(() => cancel.current(), withdrawAfterMs);
    };
    document.addEventListener('pointerdown', putOff);
    document.addEventListener('keydown', putOff);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerdown', putOff);
      document.removeEventListener('keydown', putOff);
    };
  }, []);
}

function People({ onChoose }: { onChoose: (person: Person) => void }) {
  const { t } = useTranslation();
  const { data, error } = useQuery({ queryKey: ['wall-people'], queryFn: api.wallPeople, staleTime: 0 });
  const first = useRef<HTMLButtonElement>(null);
  const isKnown = data !== undefined;
  useEffect(() => {
    if (isKnown) first.current?.focus();
  }, [isKnown]);
  return (
    <>
      <FailureWords failure={error} />
      {data?.people.length === 0 && <p role="alert">{t('acting.nobody')}</p>}
      <ul className="acting__people">
        {data?.people.map((person, index) => (
          <li key={person.id}>
            <button
              type="button"
              ref={index === 0 ? first : undefined}
              className="acting__person"
              data-testid={`acting-${person.id}`}
              onClick={() => onChoose(person)}
            >
              <bdi>{person.name}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

interface PinOfProps {
  person: Person;
  onActing: (token: ActingToken, person: Person) => void;
  onOther: () => void;
}

function PinOf({ person, onActing, onOther }: PinOfProps) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const waitSeconds = useWaitSeconds(failure);

  const change = (typed: string) => {
    setPin(typed);
    if (typed.length < pinLength) return;
    setSending(true);
    setFailure(undefined);
    api.wallActing({ person: person.id, pin: typed }).then(
      (token) => onActing(token, person),
      (error: Error) => {
        setFailure(error);
        setPin('');
        setSending(false);
      },
    );
  };
  return (
    <>
      <div className="acting__chosen">
        <bdi>{person.name}</bdi>
        <Button onClick={onOther}>{t('acting.other')}</Button>
      </div>
      <PinPad label={t('acting.pin')} pin={pin} isDisabled={isSending || waitSeconds > 0} onChange={change} />
      <p className="acting__hint muted">{t('acting.pin')}</p>
      <PinFailure failure={failure} waitSeconds={waitSeconds} />
    </>
  );
}

function PinFailure({ failure, waitSeconds }: { failure: Error | undefined; waitSeconds: number }) {
  const { t } = useTranslation();
  const isWrong = failure instanceof RequestFailed && failure.code === 'DASHBOARD_PIN_WRONG';
  const isTooMany = failure instanceof RequestFailed && failure.status === 429;
  if (failure && !isWrong && !isTooMany) return <FailureWords failure={failure} />;
  if (!isWrong && waitSeconds === 0) return null;
  return (
    <p role="alert" className="failure">
      {isWrong ? t('acting.wrong') : t('acting.wait', { seconds: waitSeconds })}
    </p>
  );
}
