import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { CommunityFold } from '../../shared/communities/community-fold.tsx';
import { useSecondsLost } from '../../shared/live/use-seconds-lost.ts';
import { LanguageSwitch } from '../../shared/locales/language-switch.tsx';
import { SessionFold } from '../../shared/sessions/session-list.tsx';
import { useLiveState, useResponder } from './responder-context.ts';

/** Whether connected and heard, who is signed in, and the choices: at the foot, out of the way of a task. */
export function StateLine() {
  const { t } = useTranslation();
  const { session, choose, signOut, sound } = useResponder();
  const status = useSyncExternalStore(sound.subscribe, sound.getStatus);
  return (
    <footer className="state-line">
      <p>
        <LinkState />
        {status !== 'blocked' && <> · {t(status === 'sounding' ? 'sound.sounding' : 'sound.on')}</>}
      </p>
      <p>
        <bdi>{t('responder.me', { name: session.person.name })}</bdi>
      </p>
      <div className="state-line__choices">
        <LanguageSwitch />
        <CommunityFold session={session} choose={choose} />
        <SessionFold />
        <button type="button" className="plain-button" onClick={signOut}>
          {t('signOut')}
        </button>
      </div>
    </footer>
  );
}

function LinkState() {
  const { t } = useTranslation();
  const { link, monotonicNow } = useResponder();
  const isLost = useSecondsLost(link, monotonicNow) !== undefined;
  const isConnected = useSyncExternalStore(link.subscribe, () => link.getHealth().connected);
  const isFollowing = useLiveState(({ phase }) => phase === 'following');
  if (isLost) return <strong className="failure">{t('link.unknown')}</strong>;
  return (
    <span data-testid="link-state">{t(isConnected && isFollowing ? 'link.live' : 'link.connecting')}</span>
  );
}
