import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '../../shared/locales/language-switch.tsx';
import type { Session } from '../../shared/sign-in/use-session.ts';
import { EnrolForm } from './enrol-form.tsx';
import { SignInForm } from './sign-in-form.tsx';

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
