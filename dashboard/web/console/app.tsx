import { useQueryClient } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import antdZhCN from 'antd/locale/zh_CN';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '#contracts/rest.ts';
import { ChooseCommunity } from '../shared/communities/choose-community.tsx';
import { currentLanguage } from '../shared/locales/i18n.ts';
import { homePages } from '../shared/sign-in/home-pages.ts';
import { useLiveLink } from '../shared/sign-in/use-live-link.ts';
import { personKey, type Session, useSession } from '../shared/sign-in/use-session.ts';
import { useColours } from '../shared/style/colours.ts';
import { CommunityTime } from '../shared/time/community-time.tsx';
import { ConsoleContext, type PageServices } from './page/console-context.ts';
import { ConsolePage } from './page/console-page.tsx';
import { antdTheme, useBaseFontSize } from './page/theme.ts';
import { SignInPage } from './sign-in/sign-in-page.tsx';

/** The console: the sign-in form until somebody is signed in, in the same document, so that its click unlocks sound. */
export function App({ services }: { services: PageServices }) {
  useTranslation();
  const colours = useColours();
  const fontSize = useBaseFontSize();
  const session = useSession();
  return (
    <ConfigProvider
      locale={currentLanguage() === 'en' ? enUS : antdZhCN}
      theme={antdTheme(colours.inUse, fontSize)}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      {session.state !== 'signed-in' ? (
        <SignInPage session={session} />
      ) : session.isToChoose ? (
        <ChooseCommunity
          session={session.view}
          choose={session.choose}
          signOut={session.signOut}
          className="sign-in"
          headerClassName="sign-in__header"
        />
      ) : !homePages(session.view.roles).includes('/console/') ? (
        <LedAway to={homePages(session.view.roles)[0]} />
      ) : (
        <SignedIn
          key={personKey(session.view)}
          services={services}
          session={session.view}
          check={session.check}
          choose={session.choose}
          signOut={session.signOut}
        />
      )}
    </ConfigProvider>
  );
}

/** The console is not for everybody: responders and relatives have pages of their own. */
function LedAway({ to }: { to: string | undefined }) {
  useEffect(() => {
    if (to !== undefined) location.replace(to);
  }, [to]);
  return null;
}

interface SignedInProps {
  services: PageServices;
  session: SessionView;
  check: () => void;
  choose: Session['choose'];
  signOut: () => void;
}

function SignedIn({ services, session, check, choose, signOut }: SignedInProps) {
  const link = useLiveLink(services, session, check);
  const queries = useQueryClient();
  // What one person has read is not the next one's to see.
  useEffect(() => () => queries.clear(), [queries]);

  if (!link) return null;
  return (
    <ConsoleContext value={{ ...services, link, session, choose, signOut, refreshSession: check }}>
      <CommunityTime timeZone={session.community.timezone} clock={services.clock}>
        <ConsolePage />
      </CommunityTime>
    </ConsoleContext>
  );
}
