import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '#contracts/rest.ts';
import { type LiveLink, openLiveLink } from '../shared/live/live-link.ts';
import { PhoneSignIn } from '../shared/phone/phone-sign-in.tsx';
import { WrongPage } from '../shared/phone/wrong-page.tsx';
import { useSession } from '../shared/sign-in/use-session.ts';
import { type PageServices, ResponderContext } from './page/responder-context.ts';
import { ResponderPage } from './page/responder-page.tsx';
import { createAnswers } from './tasks/answers.ts';
import { levelToRing, tasksOf } from './tasks/task.ts';

/** The responder page: signing in and the page are one document, so that the sign-in click unlocks sound. */
export function App({ services }: { services: PageServices }) {
  const { t } = useTranslation();
  const session = useSession();
  if (session.state !== 'signed-in') {
    return (
      <PhoneSignIn
        session={session}
        heading={t('responder.signInHeading')}
        hint={t('responder.signInHint')}
      />
    );
  }
  const { view, check, signOut } = session;
  if (!view.roles.includes('responder')) {
    return (
      <WrongPage
        roles={view.roles}
        words={t('responder.wrongPage')}
        linkWords={t('responder.toOwnPage')}
        signOut={signOut}
      />
    );
  }
  return (
    <SignedIn key={view.person.id} services={services} session={view} onEnded={check} signOut={signOut} />
  );
}

interface SignedInProps {
  services: PageServices;
  session: SessionView;
  onEnded: () => void;
  signOut: () => void;
}

function SignedIn({ services, session, onEnded, signOut }: SignedInProps) {
  const [link, setLink] = useState<LiveLink>();
  const me = session.person.id;
  const answers = useMemo(() => createAnswers(localStorage, me), [me]);

  useEffect(() => {
    const { store, clock, sound, vibration, monotonicNow } = services;
    // Within the task of the change: ringing waits for no drawing.
    const ring = () => {
      const level = levelToRing(tasksOf(store.getState().incidents.values(), me, answers.get));
      sound.play(level);
      vibration.set(level !== undefined);
    };
    const stopStore = store.onChange(ring);
    const stopAnswers = answers.subscribe(ring);
    const opened = openLiveLink({
      store,
      now: monotonicNow,
      onPlatformTime: clock.adjust,
      onSignedOut: onEnded,
    });
    setLink(opened);
    return () => {
      opened.close();
      store.clear();
      stopStore();
      stopAnswers();
    };
  }, [services, me, answers, onEnded]);

  if (!link) return null;
  return (
    <ResponderContext value={{ ...services, link, session, answers, signOut }}>
      <ResponderPage />
    </ResponderContext>
  );
}
