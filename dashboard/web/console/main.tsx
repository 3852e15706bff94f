import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { createLiveStore } from '../shared/live/live-store.ts';
import { startI18n } from '../shared/locales/i18n.ts';
import { RequestFailed } from '../shared/rest/request.ts';
import { levelToSound } from '../shared/sound/alarm-decision.ts';
import { createAlarmSound, unlockOnGesture } from '../shared/sound/alarm-sound.ts';
import { createPlatformClock } from '../shared/time/platform-clock.ts';
import { App } from './app.tsx';
import { consoleEn } from './locales/en.ts';
import { consoleZhCN } from './locales/zh-CN.ts';
import '../shared/style/theme.css';
import './page/layout.css';
import './page/parts.css';
import './page/lists.css';
import './export/export.css';
import './incidents/incidents.css';
import './incidents/detail.css';
import './wall/wall.css';
import './dead-letters/dead-letters.css';
import './store/store.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

await startI18n(localStorage, { 'zh-CN': consoleZhCN, en: consoleEn });

const monotonicNow = () => performance.now();
const store = createLiveStore((run, afterMs) => setTimeout(run, afterMs));
const clock = createPlatformClock(Date.now(), monotonicNow);
const sound = createAlarmSound(document.documentElement);
unlockOnGesture(sound, document);
store.onChange((state, before) => {
  if (state.incidents !== before.incidents) sound.play(levelToSound(state.incidents.values()));
});

// A browser that believes itself offline may still reach the platform: on a closed network there is no internet.
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 60_000,
      retry: (failures, error) => failures < 3 && error instanceof RequestFailed && error.isUnanswered,
    },
    mutations: { networkMode: 'always' },
  },
});

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <BrowserRouter>
        <App services={{ store, clock, sound, monotonicNow }} />
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>,
);
