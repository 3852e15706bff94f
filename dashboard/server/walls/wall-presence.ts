import type { WallReport } from '#contracts/dispatch-api.ts';
import type { WallSound } from '#contracts/wall.ts';
import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import type { WallRegister } from './wall-register.ts';

/** A wall that was not heard for so long is away: three of its heartbeats, in ms. */
export const wallHeardMs = 15_000;
const reportEveryMs = 5000;

/** What a wall last said of itself. */
export interface WallSign {
  heardAt: number;
  sound: WallSound;
}

/** Which walls are watched, as their pages say, and the telling of it. */
export interface WallPresence {
  /** A wall's page said how it is. */
  heard(wall: string, sound: WallSound): void;
  signOf(wall: string): WallSign | undefined;
  /** Reports now, e.g. because a wall was enrolled or taken away. */
  wake(): void;
  close(): Promise<void>;
}

/** Follows the walls and reports the whole picture, every few seconds and at once when it changes. */
export function startWallPresence(options: {
  register: Pick<WallRegister, 'byCommunity'>;
  /** Tells dispatch; rejects where it cannot be reached, and is called again soon. */
  report: (report: WallReport) => Promise<void>;
  log: Logger;
  now: () => number;
  intervalMs?: number;
}): WallPresence {
  const { register, log, now } = options;
  const signs = new Map<string, WallSign>();
  let isFailing = false;

  const loop = startPollLoop({
    name: 'wall-presence',
    intervalMs: options.intervalMs ?? reportEveryMs,
    log,
    run: async () => {
      const enrolled = await register.byCommunity();
      const known = new Set([...enrolled.values()].flat());
      for (const wall of signs.keys()) if (!known.has(wall)) signs.delete(wall);
      if (enrolled.size === 0) return false;
      const communities = [...enrolled].map(([community, walls]) =>
        pictureOf(community, walls, signs, now()),
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
      const isChanged = signs.get(wall)?.sound !== sound;
      signs.set(wall, { heardAt: now(), sound });
      if (isChanged) loop.wake();
    },
    signOf: (wall) => signs.get(wall),
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
    return sign && now - sign.heardAt <= wallHeardMs ? sign.sound : 'away';
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
