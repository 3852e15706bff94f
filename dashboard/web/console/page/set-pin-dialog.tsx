import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createIdTest, Pin } from '#contracts/facts/identifiers.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { RequestFailed } from '../../shared/rest/request.ts';
import { useWaitSeconds } from '../../shared/sign-in/use-submit.ts';
import { useConsole } from './console-context.ts';
import { PageDialog } from './page-dialog.tsx';

const isPin = createIdTest(Pin);

/** A person of the staff sets the PIN by which they act at a wall. */
export function SetPinDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <PageDialog isOpen={isOpen} onClose={onClose} title={t('pin.heading')} width="28rem">
      <SetPinForm onClose={onClose} />
    </PageDialog>
  );
}

type Fault = 'pattern' | 'differs' | 'password' | undefined;

function SetPinForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { session, refreshSession } = useConsole();
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [password, setPassword] = useState('');
  const [wasTried, setTried] = useState(false);
  const [isSending, setSending] = useState(false);
  const [isDone, setDone] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const waitSeconds = useWaitSeconds(failure);
  const fault: Fault = !isPin(pin)
    ? 'pattern'
    : pin !== again
      ? 'differs'
      : password === ''
        ? 'password'
        : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault || isSending || waitSeconds > 0) return;
    setSending(true);
    setFailure(undefined);
    api
      .setPin({ pin, password })
      .then(() => {
        setDone(true);
        refreshSession();
      }, setFailure)
      .finally(() => setSending(false));
  };

  if (isDone) {
    return (
      <div className="open-incident">
        <p role="status">{t('pin.done')}</p>
        <Button type="primary" size="large" autoFocus onClick={onClose}>
          {t('detail.close')}
        </Button>
      </div>
    );
  }
  return (
    <form className="open-incident" onSubmit={submit} noValidate>
      <p>{t(session.hasPin ? 'pin.has' : 'pin.none')}</p>
      <Secret words={t('pin.pin')} value={pin} isDigits onChange={setPin} />
      <Secret words={t('pin.again')} value={again} isDigits onChange={setAgain} />
      <Secret words={t('pin.password')} value={password} onChange={setPassword} />
      {wasTried && fault && (
        <p role="alert" className="failure">
          {t(`pin.fault.${fault}`)}
        </p>
      )}
      <PinFailure failure={failure} waitSeconds={waitSeconds} />
      <div className="open-incident__acts">
        <Button type="primary" size="large" htmlType="submit" disabled={isSending || waitSeconds > 0}>
          {t('pin.submit')}
        </Button>
        <Button size="large" onClick={onClose}>
          {t('pin.cancel')}
        </Button>
      </div>
    </form>
  );
}

interface SecretProps {
  words: string;
  value: string;
  isDigits?: boolean;
  onChange: (typed: string) => void;
}

function Secret({ words, value, isDigits = false, onChange }: SecretProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{words}</label>
      <Input
        id={id}
        type="password"
        inputMode={isDigits ? 'numeric' : 'text'}
        autoComplete={isDigits ? 'off' : 'current-password'}
        maxLength={isDigits ? 6 : 256}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </>
  );
}

function PinFailure({ failure, waitSeconds }: { failure: Error | undefined; waitSeconds: number }) {
  const { t } = useTranslation();
  const code = failure instanceof RequestFailed ? failure.code : undefined;
  const words =
    code === 'DASHBOARD_PIN_WEAK'
      ? t('pin.weak')
      : code === 'DASHBOARD_PASSWORD_WRONG'
        ? t('pin.wrongPassword')
        : waitSeconds > 0
          ? t('signIn.tooMany', { seconds: waitSeconds })
          : undefined;
  if (!words) {
    const isWaitedOut = failure instanceof RequestFailed && failure.status === 429;
    return <FailureWords failure={isWaitedOut ? undefined : failure} />;
  }
  return (
    <p role="alert" className="failure">
      {words}
    </p>
  );
}
