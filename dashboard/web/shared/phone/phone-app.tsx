import type { ReactNode } from 'react';
import type { Role } from '#contracts/facts/roles.ts';
import type { SessionView } from '#contracts/rest.ts';
import { ChooseCommunity } from '../communities/choose-community.tsx';
import { useSession } from '../sign-in/use-session.ts';
import { PhoneSignIn } from './phone-sign-in.tsx';
import { WrongPage } from './wrong-page.tsx';

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
