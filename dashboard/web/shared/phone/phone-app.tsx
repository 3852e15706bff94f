import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from '#contracts/facts/roles.ts';
import type { SessionView } from '#contracts/rest.ts';
import { ChooseCommunity } from '../communities/choose-community.tsx';
import { CommunityFold } from '../communities/community-fold.tsx';
import { homePages } from '../sign-in/home-pages.ts';
import { useSession } from '../sign-in/use-session.ts';
import { PhoneSignIn } from './phone-sign-in.tsx';

/** Who is signed in on a phone's page, and the acts on that. */
export interface PhoneSession {
  session: SessionView;
  /** Asks whether the session still holds. */
  check: () => void;
  /** Goes on in another of their communities. */
  choose: (community: string) => Promise<void>;
  signOut: () => void;
}

interface PhoneAppProps {
  /** Whom the page is for. */
  forRole: Role;
  words: { signInHeading: string; signInHint: string; wrongPage: string; toOwnPage: string };
  /** The page, once one of them is signed in. */
  children: (signedIn: PhoneSession) => ReactNode;
}

/**
 * A page for one role on a phone: the sign-in form, the page itself, or the way out for those it is not for. All of
 * it is one document, so that the sign-in click unlocks sound.
 */
export function PhoneApp({ forRole, words, children }: PhoneAppProps) {
  const session = useSession();
  if (session.state !== 'signed-in') {
    return <PhoneSignIn session={session} heading={words.signInHeading} hint={words.signInHint} />;
  }
  const { view, check, choose, signOut } = session;
  if (session.isToChoose) {
    return (
      <ChooseCommunity
        session={view}
        choose={choose}
        signOut={signOut}
        className="phone phone--narrow"
        headerClassName="phone__header"
      />
    );
  }
  if (!view.roles.includes(forRole)) {
    return (
      <WrongPage
        session={view}
        choose={choose}
        words={words.wrongPage}
        linkWords={words.toOwnPage}
        signOut={signOut}
      />
    );
  }
  return children({ session: view, check, choose, signOut });
}

/** What somebody sees who signed in where their roles open nothing, with the way to their own page. */
function WrongPage(props: {
  session: SessionView;
  choose: (community: string) => Promise<void>;
  words: string;
  linkWords: string;
  signOut: () => void;
}) {
  const { t } = useTranslation();
  const [own] = homePages(props.session.roles);
  return (
    <main className="phone phone--narrow">
      <h1>{t('product')}</h1>
      <p role="status">{props.words}</p>
      {own && (
        <a className="big-button big-button--main" href={own}>
          {props.linkWords}
        </a>
      )}
      <CommunityFold session={props.session} choose={props.choose} />
      <button type="button" className="big-button" onClick={props.signOut}>
        {t('signOut')}
      </button>
    </main>
  );
}
