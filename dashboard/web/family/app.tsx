import { useTranslation } from 'react-i18next';
import { PhoneApp, type PhoneSession } from '../shared/phone/phone-app.tsx';
import { useLiveLink } from '../shared/sign-in/use-live-link.ts';
import { personKey } from '../shared/sign-in/use-session.ts';
import { CommunityTime } from '../shared/time/community-time.tsx';
import { FamilyContext, type PageServices } from './page/family-context.ts';
import { FamilyPage } from './page/family-page.tsx';

/** The family page, or the sign-in form until a relative is signed in. */
export function App({ services }: { services: PageServices }) {
  const { t } = useTranslation();
  const words = {
    signInHeading: t('family.signInHeading'),
    signInHint: t('family.signInHint'),
    wrongPage: t('family.wrongPage'),
    toOwnPage: t('family.toOwnPage'),
  };
  return (
    <PhoneApp forRole="family" words={words}>
      {(signedIn) => <SignedIn key={personKey(signedIn.session)} services={services} {...signedIn} />}
    </PhoneApp>
  );
}

function SignedIn({ services, session, check, choose, signOut }: PhoneSession & { services: PageServices }) {
  const link = useLiveLink(services, session, check);
  if (!link) return null;
  return (
    <FamilyContext value={{ ...services, link, session, choose, signOut }}>
      <CommunityTime timeZone={session.community.timezone} clock={services.clock}>
        <FamilyPage />
      </CommunityTime>
    </FamilyContext>
  );
}
