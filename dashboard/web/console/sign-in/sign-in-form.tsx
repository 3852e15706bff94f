import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SignInFailure } from '../../shared/sign-in/sign-in-failure.tsx';
import type { Session } from '../../shared/sign-in/use-session.ts';
import { useWaitSeconds } from '../../shared/sign-in/use-wait-seconds.ts';

/** A person signs in with account and password. */
export function SignInForm({ signIn }: { signIn: Session['signIn'] }) {
  const { t } = useTranslation();
  const id = useId();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const waitSeconds = useWaitSeconds(failure);

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
        <SignInFailure failure={failure} waitSeconds={waitSeconds} />
      </p>
      <Button type="primary" htmlType="submit" size="large" block disabled={isSending || waitSeconds > 0}>
        {t(isSending ? 'signIn.submitting' : 'signIn.submit')}
      </Button>
      <p className="muted">{t('desk.soundHint')}</p>
    </form>
  );
}
