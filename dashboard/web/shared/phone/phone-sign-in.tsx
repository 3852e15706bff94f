import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '../locales/language-switch.tsx';
import { SignInFailure } from '../sign-in/sign-in-failure.tsx';
import type { Session } from '../sign-in/use-session.ts';
import { useSignInForm } from '../sign-in/use-submit.ts';

/** The sign-in form of a phone's page, and what is said while a session is being restored. */
export function PhoneSignIn({ session, heading, hint }: { session: Session; heading: string; hint: string }) {
  const { t } = useTranslation();
  return (
    <main className="phone phone--narrow">
      <header className="phone__header">
        <p className="phone__product">{t('product')}</p>
        <LanguageSwitch />
      </header>
      <h1>{heading}</h1>
      {session.state === 'signed-out' && session.ended && (
        <p role="alert" className="failure">
          {t('failure.signedOut')}
        </p>
      )}
      {session.state === 'restoring' ? (
        <p role="status">{t(session.isServerAway ? 'signIn.away' : 'signIn.restoring')}</p>
      ) : (
        <Form signIn={session.signIn} hint={hint} />
      )}
    </main>
  );
}

function Form({ signIn, hint }: { signIn: Session['signIn']; hint: string }) {
  const { t } = useTranslation();
  const id = useId();
  const { submit, isSending, isBlocked, waitSeconds, failure } = useSignInForm(signIn);
  return (
    <form className="phone__form" onSubmit={submit} noValidate>
      <label htmlFor={`${id}-login`}>{t('signIn.login')}</label>
      <input
        id={`${id}-login`}
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
      />
      <label htmlFor={`${id}-password`}>{t('signIn.password')}</label>
      <input
        id={`${id}-password`}
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={256}
      />
      <p role="alert" className="failure">
        <SignInFailure failure={failure} waitSeconds={waitSeconds} />
      </p>
      <button type="submit" className="big-button big-button--main" disabled={isBlocked}>
        {t(isSending ? 'signIn.submitting' : 'signIn.submit')}
      </button>
      <p className="muted">{hint}</p>
    </form>
  );
}
