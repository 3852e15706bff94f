import { useEffect } from 'react';

/** Keeps the screen on while the page is in front: a phone that sleeps hears nothing. */
export function useWakeLock(): void {
  useEffect(() => {
    // Missing on plain HTTP and in older browsers.
    const wakeLock: WakeLock | undefined = navigator.wakeLock;
    if (!wakeLock) return;
    let isOver = false;
    let held: WakeLockSentinel | undefined;
    const hold = async () => {
      if (document.visibilityState !== 'visible' || (held && !held.released)) return;
      // Refused, for instance, while the battery is low: the page works without.
      held = await wakeLock.request('screen').catch(() => undefined);
      if (isOver) await held?.release();
    };
    const again = () => void hold();
    document.addEventListener('visibilitychange', again);
    again();
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', again);
      void held?.release();
    };
  }, []);
}
