import { Button, Input } from 'antd';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RequestFailed } from '../../shared/rest/request.ts';
import { LanguageSwitch } from '../page/language-switch.tsx';
import type { Session } from './use-session.ts';

/** The sign-in form, and what is said while a session is being restored. */
export function SignInPage({ session }: { session: Session }) {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <header className="sign-in__header">
        <p className="sign-in__product">{t('product')}</p>
        <LanguageSwitch />
      </header>
      <h1>{t('signIn.heading')}</h1>
      {session.state === 'signed-out' && session.ended && (
        <p role="alert" className="failure failure--block">
          {t('signIn.ended')}
        </p>
      )}
      {session.state === 'restoring' ? (
        <p role="status">{t(session.isServerAway ? 'signIn.away' : 'signIn.restoring')}</p>
      ) : (
        <SignInForm signIn={session.signIn} />
      )}
    </main>
  );
}

function SignInForm({ signIn }: { signIn: Session['signIn'] }) {
  const { t } = useTranslation();
  const id = useId();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const waitSeconds = useWait(failure);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isSending || waitSeconds > 0) return;
    if (!login || !password) return setFailure('empty');
    setSending(true);
    setFailure(undefined);
    try {
      await signIn({ login, password });
    } catch (error) {
      setFailure(error);
      setSending(false);
    }
  };

  return (
    <form className="sign-in__form" onSubmit={submit} noValidate>
      <label htmlFor={`${id}-login`}>{t('signIn.login')}</label>
      <Input
        id={`${id}-login`}
        name="login"
        size="large"
        autoComplete="username"
        autoCapitalize="none"
        maxLength={64}
        value={login}
        onChange={(event) => setLogin(event.target.value)}
      />
      <label htmlFor={`${id}-password`}>{t('signIn.password')}</label>
      <Input
        id={`${id}-password`}
        name="password"
        type="password"
        size="large"
        autoComplete="current-password"
        maxLength={256}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <p role="alert" className="failure">
        {failure !== undefined && <FailureWords failure={failure} waitSeconds={waitSeconds} />}
      </p>
      <Button type="primary" htmlType="submit" size="large" block disabled={isSending || waitSeconds > 0}>
        {t(isSending ? 'signIn.submitting' : 'signIn.submit')}
      </Button>
      <p className="muted">{t('signIn.soundHint')}</p>
    </form>
  );
}

function FailureWords({ failure, waitSeconds }: { failure: unknown; waitSeconds: number }) {
  const { t } = useTranslation();
  if (failure === 'empty') return t('signIn.empty');
  if (!(failure instanceof RequestFailed)) return t('signIn.failed', { reason: String(failure) });
  if (failure.status === 429) return waitSeconds > 0 ? t('signIn.tooMany', { seconds: waitSeconds }) : null;
  if (failure.isUnanswered) return t('signIn.away');
  if (failure.status === 401) return t('signIn.wrong');
  return t('signIn.failed', { reason: failure.message });
}

/** Seconds still to wait after a refusal for too many tries, counting down. */
function useWait(failure: unknown): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const isTooMany = failure instanceof RequestFailed && failure.status === 429;
    setSeconds(isTooMany ? (failure.retryAfterSeconds ?? 30) : 0);
    if (!isTooMany) return;
    const timer = setInterval(() => setSeconds((left) => Math.max(0, left - 1)), 1000);
    return () => clearInterval(timer);
  }, [failure]);
  return seconds;
}
