import type { CommandAction } from '#contracts/command.ts';
import type { Actuators, OwnDuration, Siren } from './actuators.ts';

/** What is written to a device's `/set`, and how its doing so is known. */
export interface PlannedActuation {
  payload: Record<string, unknown>;
  /** Whether a state of the device says that it was done; absent where it says nothing of itself. */
  isDone?: (state: Record<string, unknown>) => boolean;
  /** The device does not end by itself what is begun here. */
  needsStop?: true;
}

/**
 * Plans an action of a device.
 *
 * @param sirenS How long a siren sounds at most, in seconds.
 * @returns Undefined where the device has no such action.
 */
export function planActuation(
  { lock, siren }: Actuators,
  action: CommandAction,
  sirenS: number,
): PlannedActuation | undefined {
  if (action === 'lock-door' && lock) return planLock(lock.locked, 'locked');
  if (action === 'open-door' && lock) return planLock(lock.unlocked, 'unlocked');
  if (action === 'start-siren' && siren) return planStart(siren, sirenS);
  if (action === 'stop-siren' && siren) return planStop(siren);
  return undefined;
}

function planLock(wanted: unknown, bolt: 'locked' | 'unlocked'): PlannedActuation {
  return {
    payload: { state: wanted },
    // `state` may be what was asked; `lock_state` is where the bolt stands.
    isDone: ({ state, lock_state: at = null }) => state === wanted && (at === null || at === bolt),
  };
}

function planStart(siren: Siren, sirenS: number): PlannedActuation {
  const { start, duration, reports } = siren;
  const own = duration && ownDuration(duration, sirenS);
  return {
    payload: inside(siren, { ...(own !== undefined && { [duration?.property ?? '']: own }), ...start }),
    ...(reports && { isDone: (state) => state[reports.key] === reports.on }),
    ...(own === undefined && { needsStop: true }),
  };
}

/** Plans the end of a siren. */
export function planStop(siren: Siren): PlannedActuation {
  const { stop, reports } = siren;
  return {
    payload: inside(siren, stop),
    ...(reports && { isDone: (state) => state[reports.key] === reports.off }),
  };
}

function inside({ within }: Siren, what: Record<string, unknown>): Record<string, unknown> {
  return within === undefined ? what : { [within]: what };
}

/** The duration in the device's unit, shorter where it takes no more; undefined where it takes only longer ones. */
function ownDuration({ unitS, min, max }: OwnDuration, sirenS: number): number | undefined {
  const wanted = Math.min(Math.floor(sirenS / unitS), max);
  return wanted >= Math.max(min, 1) ? wanted : undefined;
}
