import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '#contracts/rest.ts';
import { type LiveLink, openLiveLink } from '../shared/live/live-link.ts';
import { PhoneSignIn } from '../shared/phone/phone-sign-in.tsx';
import { WrongPage } from '../shared/phone/wrong-page.tsx';
import { useSession } from '../shared/sign-in/use-session.ts';
import { FamilyContext, type PageServices } from './page/family-context.ts';
import { FamilyPage } from './page/family-page.tsx';

/** The family page, or the sign-in form until a relative is signed in. */
export function App({ services }: { services: PageServices }) {
  const { t } = useTranslation();
  const session = useSession();
  if (session.state !== 'signed-in') {
    return (
      <PhoneSignIn session={session} heading={t('family.signInHeading')} hint={t('family.signInHint')} />
    );
  }
  const { view, check, signOut } = session;
  if (!view.roles.includes('family')) {
    return (
      <WrongPage
        roles={view.roles}
        words={t('family.wrongPage')}
        linkWords={t('family.toOwnPage')}
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

  useEffect(() => {
    const { store, clock, monotonicNow } = services;
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
    };
  }, [services, onEnded]);

  if (!link) return null;
  return (
    <FamilyContext value={{ ...services, link, session, signOut }}>
      <FamilyPage />
    </FamilyContext>
  );
}
