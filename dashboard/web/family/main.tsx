import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createLiveStore } from '../shared/live/live-store.ts';
import { startI18n } from '../shared/locales/i18n.ts';
import { createPlatformClock } from '../shared/time/platform-clock.ts';
import { App } from './app.tsx';
import { familyEn } from './locales/en.ts';
import { familyZhCN } from './locales/zh-CN.ts';
import { createTextSize } from './page/text-size.ts';
import '../shared/style/theme.css';
import '../shared/phone/phone.css';
import './page/family.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

await startI18n(localStorage, { 'zh-CN': familyZhCN, en: familyEn });

const monotonicNow = () => performance.now();
const services = {
  store: createLiveStore((run, afterMs) => setTimeout(run, afterMs)),
  clock: createPlatformClock(Date.now(), monotonicNow),
  textSize: createTextSize(localStorage, document.documentElement),
  monotonicNow,
};

createRoot(root).render(
  <StrictMode>
    <App services={services} />
  </StrictMode>,
);
