import type { WallSound } from '#contracts/wall.ts';

/** A question not answered for so long counts as not heard, in ms. */
export const answerWithinMs = 60_000;
const dayMs = 86_400_000;

/** When shifts start: HH:MM in a timezone (IANA). */
export interface ShiftTimes {
  timezone: string;
  shiftStarts: readonly string[];
}

/** Whether somebody said that this wall can be heard: `asked` for less than a minute, `unconfirmed` longer. */
export type SoundCheck = { state: 'confirmed' } | { state: 'asked' | 'unconfirmed'; since: number };

/**
 * Whether a wall's sound counts as heard. It is asked at the start of every shift, and of a wall that nobody ever
 * confirmed; a page that was not open when a shift started asks when it opens.
 *
 * @param confirmedAt When somebody last said so, platform time, epoch ms.
 * @param openedAt Since when the page shows the wall.
 */
export function soundCheckOf(
  shifts: ShiftTimes,
  { confirmedAt, openedAt, now }: { confirmedAt: number | undefined; openedAt: number; now: number },
): SoundCheck {
  const started = lastShiftStart(shifts, now);
  const isHeard = confirmedAt !== undefined && (started === undefined || confirmedAt >= started);
  if (isHeard) return { state: 'confirmed' };
  const since = Math.max(confirmedAt === undefined ? openedAt : (started ?? openedAt), openedAt);
  return { state: now - since < answerWithinMs ? 'asked' : 'unconfirmed', since };
}

/** What a wall says of its sound: blocked by the browser, heard by nobody, or on. */
export function wallSoundOf(isBlocked: boolean, soundCheck: SoundCheck): WallSound {
  if (isBlocked) return 'blocked';
  return soundCheck.state === 'unconfirmed' ? 'unconfirmed' : 'on';
}

/** When the shift now running started, epoch ms; undefined where there are no shifts. */
export function lastShiftStart({ timezone, shiftStarts }: ShiftTimes, now: number): number | undefined {
  const today = wallTimeOf(timezone, now);
  const midnight = today - (((today % dayMs) + dayMs) % dayMs);
  const starts = [midnight - dayMs, midnight]
    .flatMap((day) => shiftStarts.map((start) => instantOf(timezone, day + minutesOf(start) * 60_000)))
    .filter((at) => at <= now);
  return starts.length > 0 ? Math.max(...starts) : undefined;
}

function minutesOf(start: string): number {
  const [hours = 0, minutes = 0] = start.split(':').map(Number);
  return hours * 60 + minutes;
}

/** What clocks of a timezone show, as ms of a day count without timezone. */
function wallTimeOf(timezone: string, at: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

// The offset is that of the guess, then of the better guess: enough on the day the clocks change.
function instantOf(timezone: string, wallTime: number): number {
  const once = wallTime - (wallTimeOf(timezone, wallTime) - wallTime);
  return wallTime - (wallTimeOf(timezone, once) - once);
}
