import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { PhoneApp, type PhoneSession } from '../shared/phone/phone-app.tsx';
import { useLiveLink } from '../shared/sign-in/use-live-link.ts';
import { personKey } from '../shared/sign-in/use-session.ts';
import { CommunityTime } from '../shared/time/community-time.tsx';
import { type PageServices, ResponderContext } from './page/responder-context.ts';
import { ResponderPage } from './page/responder-page.tsx';
import { type Answers, createAnswers } from './tasks/answers.ts';
import { levelToRing, tasksOf } from './tasks/task.ts';

/** The responder page, or the sign-in form until a responder is signed in. */
export function App({ services }: { services: PageServices }) {
  const { t } = useTranslation();
  const words = {
    signInHeading: t('responder.signInHeading'),
    signInHint: t('responder.signInHint'),
    wrongPage: t('responder.wrongPage'),
    toOwnPage: t('responder.toOwnPage'),
  };
  return (
    <PhoneApp forRole="responder" words={words}>
      {(signedIn) => <SignedIn key={personKey(signedIn.session)} services={services} {...signedIn} />}
    </PhoneApp>
  );
}

function SignedIn({ services, session, check, choose, signOut }: PhoneSession & { services: PageServices }) {
  const me = session.person.id;
  const answers = useMemo(() => createAnswers(localStorage, me), [me]);
  // The link before the ring: signing out empties the store first, and the ring that still listens falls silent.
  const link = useLiveLink(services, session, check);
  useRing(services, me, answers);

  if (!link) return null;
  return (
    <ResponderContext value={{ ...services, link, session, answers, choose, signOut }}>
      <CommunityTime timeZone={session.community.timezone} clock={services.clock}>
        <ResponderPage />
      </CommunityTime>
    </ResponderContext>
  );
}

/** Sounds and vibrates while a task asks for an answer. */
function useRing({ store, sound, vibration }: PageServices, me: string, answers: Answers): void {
  useEffect(() => {
    // Within the task of the change: ringing waits for no drawing.
    const ring = () => {
      const level = levelToRing(tasksOf(store.getState().incidents.values(), me, answers.get));
      sound.play(level);
      vibration.set(level !== undefined);
    };
    const stopStore = store.onChange(ring);
    const stopAnswers = answers.subscribe(ring);
    return () => {
      stopStore();
      stopAnswers();
    };
  }, [store, sound, vibration, me, answers]);
}
