import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { SoundStatus } from '../../shared/sound/alarm-sound.ts';
import { useConsole } from './console-context.ts';

/** Whether sound can be heard now. */
export function useSoundStatus(): SoundStatus {
  const { sound } = useConsole();
  return useSyncExternalStore(sound.subscribe, sound.getStatus);
}

/** A wide button while the browser blocks sound; there is no way to mute. */
export function SoundBanner() {
  const { t } = useTranslation();
  const { sound } = useConsole();
  if (useSoundStatus() !== 'blocked') return null;
  return (
    <button type="button" className="sound-banner" data-testid="sound-banner" onClick={sound.unlock}>
      <SpeakerOff /> {t('sound.blocked')}
    </button>
  );
}

function SpeakerOff() {
  return (
    <svg viewBox="0 0 24 24" width="1.4em" height="1.4em" aria-hidden="true">
      <path d="M4 9v6h4l6 5V4L8 9z" fill="currentColor" />
      <path d="M16.5 9l5 6m0-6l-5 6" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
