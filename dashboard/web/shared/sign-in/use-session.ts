import { useCallback, useEffect, useState } from 'react';
import type { SessionView, SignIn } from '#contracts/rest.ts';
import type { WallEnrolment } from '#contracts/wall.ts';
import { api } from '../rest/api.ts';
import { RequestFailed } from '../rest/request.ts';

/** A server that does not answer is asked again after so long, in ms. */
const askAgainMs = 2000;

/** Who is signed in. `ended` where somebody was and is no more; `wasWall` where that was a wall. */
export type SessionState =
  | { state: 'restoring'; isServerAway: boolean }
  | { state: 'signed-out'; ended: boolean; wasWall: boolean }
  | {
      state: 'signed-in';
      view: SessionView;
      /** They have just signed in, and have several communities to choose from. */
      isToChoose: boolean;
    };

/** The page's session and the acts on it. */
export type Session = SessionState & {
  signIn: (body: SignIn) => Promise<void>;
  /** Makes a wall of this screen. */
  enrolWall: (body: WallEnrolment) => Promise<void>;
  /** Goes on in another of their communities. */
  choose: (community: string) => Promise<void>;
  signOut: () => void;
  /** Asks whether the session still holds; a server that is away leaves things as they are. */
  check: () => void;
};

/** Key of a person: their id is unique only within the community. */
export function personKey({ community, person }: SessionView): string {
  return `${community.id}/${person.id}`;
}

/** Restores the session of this browser at loading, and follows it. */
export function useSession(): Session {
  const [state, setState] = useState<SessionState>({ state: 'restoring', isServerAway: false });

  const check = useCallback(() => {
    api.session().then(
      (view) => setState((before) => (isSamePerson(before, view) ? before : signedIn(view))),
      (error: unknown) => setState((before) => afterFailedCheck(before, error)),
    );
  }, []);
  const signIn = useCallback(async (body: SignIn) => {
    const view = await api.signIn(body);
    setState(signedIn(view, view.communities !== undefined));
  }, []);
  const enrolWall = useCallback(async (body: WallEnrolment) => {
    setState(signedIn(await api.enrolWall(body)));
  }, []);
  const choose = useCallback(async (community: string) => {
    setState(signedIn(await api.chooseCommunity(community)));
  }, []);
  const signOut = useCallback(() => {
    const leave = () => setState({ state: 'signed-out', ended: false, wasWall: false });
    api.signOut().then(leave, (error: unknown) => {
      if (error instanceof RequestFailed && !error.isUnanswered) leave();
    });
  }, []);

  useEffect(check, [check]);
  useEffect(() => {
    if (state.state !== 'restoring' || !state.isServerAway) return;
    const timer = setInterval(check, askAgainMs);
    return () => clearInterval(timer);
  }, [state, check]);

  return { ...state, signIn, enrolWall, choose, signOut, check };
}

function signedIn(view: SessionView, isToChoose = false): SessionState {
  return { state: 'signed-in', view, isToChoose };
}

function isSamePerson(before: SessionState, view: SessionView): boolean {
  return before.state === 'signed-in' && JSON.stringify(before.view) === JSON.stringify(view);
}

function afterFailedCheck(before: SessionState, error: unknown): SessionState {
  const isSignedOut = error instanceof RequestFailed && (error.status === 401 || error.status === 403);
  if (isSignedOut) {
    const ended = before.state === 'signed-in';
    return { state: 'signed-out', ended, wasWall: ended && before.view.roles.includes('wall') };
  }
  return before.state === 'restoring' ? { state: 'restoring', isServerAway: true } : before;
}
