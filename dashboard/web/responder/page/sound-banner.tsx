import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useResponder } from './responder-context.ts';

/** A wide button while the browser blocks sound; there is no way to mute. */
export function SoundBanner() {
  const { t } = useTranslation();
  const { sound } = useResponder();
  const status = useSyncExternalStore(sound.subscribe, sound.getStatus);
  if (status !== 'blocked') return null;
  return (
    <button type="button" className="sound-banner" data-testid="sound-banner" onClick={sound.unlock}>
      {t('sound.blocked')}
    </button>
  );
}
