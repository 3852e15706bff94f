import type { ReactNode } from 'react';
import type { SessionView } from '#contracts/rest.ts';
import type { Role } from '#contracts/roles.ts';
import { useSession } from '../sign-in/use-session.ts';
import { PhoneSignIn } from './phone-sign-in.tsx';
import { WrongPage } from './wrong-page.tsx';

/** Who is signed in on a phone's page, and the acts on that. */
export interface PhoneSession {
  session: SessionView;
  /** Asks whether the session still holds. */
  check: () => void;
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
  const { view, check, signOut } = session;
  if (!view.roles.includes(forRole)) {
    return (
      <WrongPage roles={view.roles} words={words.wrongPage} linkWords={words.toOwnPage} signOut={signOut} />
    );
  }
  return children({ session: view, check, signOut });
}
