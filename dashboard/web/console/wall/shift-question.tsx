import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type WallSound, wallHeartbeatMs } from '#contracts/wall.ts';
import { useConsole } from '../page/console-context.ts';
import { useIsConnected } from '../page/lost-bar.tsx';
import { useSoundStatus } from '../page/sound-banner.tsx';
import { wallSoundOf } from './sound-check.ts';
import { useSoundCheck } from './use-sound-check.ts';

/**
 * 听到了吗: tries the wall's sound and asks whether it was heard, red when nobody answers; and tells the platform.
 * It stands over the page and not before it: an incident meanwhile is handled as always.
 */
export function ShiftQuestion() {
  const { t } = useTranslation();
  const { soundCheck, confirm, playAgain } = useSoundCheck();
  const isBlocked = useSoundStatus() === 'blocked';
  const [isSilent, setSilent] = useState(false);
  useWallHeartbeat(wallSoundOf(isBlocked, soundCheck));
  if (soundCheck.state === 'confirmed') return null;

  const answer = () => {
    setSilent(false);
    confirm();
  };
  const again = () => {
    setSilent(true);
    playAgain();
  };
  return (
    <section
      className={`shift-question shift-question--${soundCheck.state}`}
      aria-label={t('shift.question')}
      data-testid="shift-question"
      data-state={soundCheck.state}
    >
      <div role="alert">
        <p className="shift-question__words">{t('shift.question')}</p>
        <p>{t(soundCheck.state === 'asked' ? 'shift.played' : 'shift.unanswered')}</p>
      </div>
      <Button
        className="shift-question__act"
        type="primary"
        size="large"
        disabled={isBlocked}
        onClick={answer}
      >
        {t('shift.heard')}
      </Button>
      <Button className="shift-question__act" size="large" onClick={again}>
        {t('shift.silent')}
      </Button>
      {isSilent && (
        <p className="shift-question__advice" role="status">
          {t(isBlocked ? 'shift.adviceBlocked' : 'shift.advice')}
        </p>
      )}
    </section>
  );
}

/** Says how this wall is: regularly, at once when it changes, and with every new connection. */
function useWallHeartbeat(sound: WallSound): void {
  const { link } = useConsole();
  const isConnected = useIsConnected(link);
  useEffect(() => {
    document.documentElement.dataset.wallSound = sound;
    if (!isConnected) return;
    link.tellWall({ sound });
    const timer = setInterval(() => link.tellWall({ sound }), wallHeartbeatMs);
    return () => clearInterval(timer);
  }, [link, sound, isConnected]);
}
