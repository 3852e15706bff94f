import type { WallReport } from '#contracts/dispatch-api.ts';
import type { WallSound } from '#contracts/wall.ts';
import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import type { WallRegister, WallSign } from './wall-register.ts';

/** A wall that was not heard for so long is away: three of its heartbeats, in ms. */
export const wallHeardMs = 15_000;
const reportEveryMs = 5000;

/** Which walls are watched, as their pages say, and the telling of it. */
export interface WallPresence {
  /** A wall's page said how it is. */
  heard(wall: string, sound: WallSound): void;
  /** How each wall was last heard, here or at another dashboard. */
  signs(): Promise<ReadonlyMap<string, WallSign>>;
  /** Reports now, e.g. because a wall was enrolled or taken away. */
  wake(): void;
  close(): Promise<void>;
}

/**
 * Follows the walls and reports the whole picture, every few seconds and at once when it changes. A wall's page is
 * connected to one dashboard; how it was heard stands in `registry.db`, so every dashboard reports the same picture: with
 * wall 1 at dashboard A and wall 2 at dashboard B, both report 2 of 2 watched. Where the file cannot be written, a
 * dashboard still reports the walls it hears itself.
 */
export function startWallPresence(options: {
  register: Pick<WallRegister, 'byCommunity' | 'signs' | 'saveSigns'>;
  /** Tells dispatch; rejects where it cannot be reached, and is called again soon. */
  report: (report: WallReport) => Promise<void>;
  log: Logger;
  now: () => number;
  intervalMs?: number;
}): WallPresence {
  const { register, log, now } = options;
  const heardHere = new Map<string, WallSign>();
  const unsaved = new Map<string, WallSign>();
  let isFailing = false;
  let isSaving = true;

  const save = async () => {
    if (unsaved.size === 0) return;
    const saved = new Map(unsaved);
    try {
      await register.saveSigns(saved);
      for (const [wall, sign] of saved) if (unsaved.get(wall) === sign) unsaved.delete(wall);
      isSaving = true;
    } catch (error) {
      if (isSaving) log.warn({ err: error }, 'signs of walls not saved');
      isSaving = false;
    }
  };
  const signs = async () => {
    const all = await register.signs();
    for (const [wall, sign] of heardHere) {
      if (sign.heardAt > (all.get(wall)?.heardAt ?? Number.NEGATIVE_INFINITY)) all.set(wall, sign);
    }
    return all;
  };

  const loop = startPollLoop({
    name: 'wall-presence',
    intervalMs: options.intervalMs ?? reportEveryMs,
    log,
    run: async () => {
      const enrolled = await register.byCommunity();
      const known = new Set([...enrolled.values()].flat());
      for (const [wall, { heardAt }] of heardHere) {
        // One heard ahead of now was heard before the clock was put back.
        if (known.has(wall) && heardAt <= now()) continue;
        heardHere.delete(wall);
        unsaved.delete(wall);
      }
      if (enrolled.size === 0) return false;
      await save();
      const heard = await signs();
      const communities = [...enrolled].map(([community, walls]) =>
        pictureOf(community, walls, heard, now()),
      );
      try {
        await options.report({ communities });
        isFailing = false;
      } catch (error) {
        // Dispatch notices the silence by itself; here it is said once.
        if (!isFailing) log.warn({ err: error }, 'walls not reported to dispatch');
        isFailing = true;
      }
      return false;
    },
  });

  return {
    heard: (wall, sound) => {
      const isChanged = heardHere.get(wall)?.sound !== sound;
      const sign = { heardAt: now(), sound };
      heardHere.set(wall, sign);
      unsaved.set(wall, sign);
      if (isChanged) loop.wake();
    },
    signs,
    wake: loop.wake,
    close: loop.close,
  };
}

function pictureOf(
  community: string,
  walls: string[],
  signs: ReadonlyMap<string, WallSign>,
  now: number,
): WallReport['communities'][number] {
  const sounds = walls.map((wall) => {
    const sign = signs.get(wall);
    const ageMs = sign ? now - sign.heardAt : Number.POSITIVE_INFINITY;
    return sign && ageMs >= 0 && ageMs <= wallHeardMs ? sign.sound : 'away';
  });
  const watched = sounds.filter((sound) => sound === 'on').length;
  const because = (['blocked', 'unconfirmed'] as const).find((sound) => sounds.includes(sound));
  return {
    community,
    enrolled: walls.length,
    watched,
    ...(walls.length > watched && { because: because ? (`sound-${because}` as const) : ('away' as const) }),
  };
}
