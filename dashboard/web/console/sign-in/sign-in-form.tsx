import { Button, Input } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { SignInFailure } from '../../shared/sign-in/sign-in-failure.tsx';
import type { Session } from '../../shared/sign-in/use-session.ts';
import { useSignInForm } from '../../shared/sign-in/use-sign-in-form.ts';

/** A person signs in with account and password. */
export function SignInForm({ signIn }: { signIn: Session['signIn'] }) {
  const { t } = useTranslation();
  const id = useId();
  const { submit, isSending, isBlocked, waitSeconds, failure } = useSignInForm(signIn);
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
      />
      <label htmlFor={`${id}-password`}>{t('signIn.password')}</label>
      <Input
        id={`${id}-password`}
        name="password"
        type="password"
        size="large"
        autoComplete="current-password"
        maxLength={256}
      />
      <p role="alert" className="failure">
        <SignInFailure failure={failure} waitSeconds={waitSeconds} />
      </p>
      <Button type="primary" htmlType="submit" size="large" block disabled={isBlocked}>
        {t(isSending ? 'signIn.submitting' : 'signIn.submit')}
      </Button>
      <p className="muted">{t('desk.soundHint')}</p>
    </form>
  );
}
