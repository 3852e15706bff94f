import { useCallback, useEffect, useMemo, useState } from 'react';
import { useConsole, useNow } from '../page/console-context.ts';
import { type SoundCheck, soundCheckOf } from './sound-check.ts';

const storageKey = (wall: string) => `shouwang.heard.${wall}`;

/** Whether this wall counts as heard, and what a person does about it. */
export interface SoundQuestion {
  soundCheck: SoundCheck;
  /** Somebody heard it. */
  confirm: () => void;
  playAgain: () => void;
}

/** Asks at the start of a shift whether the wall is heard, and plays its sound at that moment. */
export function useSoundCheck(): SoundQuestion {
  const { session, clock, sound } = useConsole();
  const wall = session.person.id;
  const now = useNow();
  const [openedAt, setOpenedAt] = useState(now);
  // Opened by a PC whose clock is ahead, until the platform said what time it is.
  if (now < openedAt) setOpenedAt(now);
  const [confirmedAt, setConfirmedAt] = useState(() => storedTime(wall));
  const soundCheck = useMemo(() => {
    const shifts = {
      timezone: session.community.timezone,
      shiftStarts: session.wall?.shiftStarts ?? [],
    };
    return soundCheckOf(shifts, { confirmedAt, openedAt, now });
  }, [session, confirmedAt, openedAt, now]);

  const askedSince = soundCheck.state === 'confirmed' ? undefined : soundCheck.since;
  useEffect(() => {
    if (askedSince !== undefined) sound.tryOut();
  }, [askedSince, sound]);

  const confirm = useCallback(() => {
    const at = clock.now();
    localStorage.setItem(storageKey(wall), String(at));
    setConfirmedAt(at);
    sound.endTryOut();
  }, [clock, sound, wall]);
  return { soundCheck, confirm, playAgain: sound.tryOut };
}

function storedTime(wall: string): number | undefined {
  const at = Number(localStorage.getItem(storageKey(wall)) ?? Number.NaN);
  return Number.isFinite(at) ? at : undefined;
}
