import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createLiveStore } from '../shared/live/live-store.ts';
import { startI18n } from '../shared/locales/i18n.ts';
import { createAlarmSound, unlockOnGesture } from '../shared/sound/alarm-sound.ts';
import { createPlatformClock } from '../shared/time/platform-clock.ts';
import { App } from './app.tsx';
import { createVibration } from './device/vibration.ts';
import { responderEn } from './locales/en.ts';
import { responderZhCN } from './locales/zh-CN.ts';
import '../shared/style/theme.css';
import '../shared/phone/phone.css';
import './page/responder.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

followSystemColours(document.documentElement);
await startI18n(localStorage, { 'zh-CN': responderZhCN, en: responderEn });

const monotonicNow = () => performance.now();
const sound = createAlarmSound(document.documentElement);
unlockOnGesture(sound, document);

const services = {
  store: createLiveStore((run, afterMs) => setTimeout(run, afterMs)),
  clock: createPlatformClock(Date.now(), monotonicNow),
  sound,
  vibration: createVibration(navigator),
  monotonicNow,
};

createRoot(root).render(
  <StrictMode>
    <App services={services} />
  </StrictMode>,
);

/** Draws the document dark where the phone is, light elsewhere, and follows it. */
function followSystemColours(root: HTMLElement): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => {
    root.dataset.theme = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', follow);
  follow();
}
