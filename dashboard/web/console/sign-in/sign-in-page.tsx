import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '../../shared/locales/language-switch.tsx';
import { SignInFailure } from '../../shared/sign-in/sign-in-failure.tsx';
import type { Session } from '../../shared/sign-in/use-session.ts';
import { useSignInForm } from '../../shared/sign-in/use-submit.ts';
import { EnrolForm } from './enrol-form.tsx';

/** The sign-in form, the form that makes a wall of this screen, and what is said while a session is being restored. */
export function SignInPage({ session }: { session: Session }) {
  const { t } = useTranslation();
  const wasWall = session.state === 'signed-out' && session.wasWall;
  const [chosen, setChosen] = useState<'person' | 'wall'>();
  const way = chosen ?? (wasWall ? 'wall' : 'person');
  return (
    <main className="sign-in">
      <header className="sign-in__header">
        <p className="sign-in__product">{t('product')}</p>
        <LanguageSwitch />
      </header>
      <h1>{t(way === 'wall' ? 'enrol.heading' : 'desk.heading')}</h1>
      {session.state === 'signed-out' && session.ended && (
        <p role="alert" className="failure failure--block">
          {t(wasWall ? 'enrol.ended' : 'desk.ended')}
        </p>
      )}
      {session.state === 'restoring' ? (
        <p role="status">{t(session.isServerAway ? 'signIn.away' : 'signIn.restoring')}</p>
      ) : (
        <>
          {way === 'wall' ? <EnrolForm enrol={session.enrolWall} /> : <SignInForm signIn={session.signIn} />}
          <button
            type="button"
            className="plain-button sign-in__other"
            data-testid="other-way"
            onClick={() => setChosen(way === 'wall' ? 'person' : 'wall')}
          >
            {t(way === 'wall' ? 'enrol.asPerson' : 'enrol.asWall')}
          </button>
        </>
      )}
    </main>
  );
}

/** A person signs in with account and password. */
function SignInForm({ signIn }: { signIn: Session['signIn'] }) {
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
