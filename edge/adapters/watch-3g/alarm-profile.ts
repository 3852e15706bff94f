import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { RuntimeError } from '#runtime/errors.ts';

/** What the alarm bits 16 to 31 of STATUS mean on one family of watches; a bit not named is a generic alarm. */
export type AlarmProfile = Readonly<Record<number, EventKind>>;

/** As the maker 4P-Touch documents them; bit 22 is abnormal heart rate there and a fall in other servers. */
const byMaker: AlarmProfile = {
  16: 'sos',
  17: 'low-battery',
  18: 'fence-left',
  19: 'fence-entered',
  20: 'watch-removed',
  21: 'fall',
  22: 'vitals-abnormal',
};

/** The known profiles by name. */
export const alarmProfiles: Readonly<Record<string, AlarmProfile>> = {
  default: byMaker,
  /** Older firmware that reports removal as bit 19. */
  'removal-19': { ...byMaker, 19: 'watch-removed' },
};

/** The lowest bit of STATUS that is an alarm; those below are states. */
export const firstAlarmBit = 16;

/** The bits of STATUS that are set, lowest first. */
export function setBits(status: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (status >>> bit) & 1);
}

/** States of STATUS by what they mean beside or instead of an alarm. */
export const stateBits = {
  /** A device state where the battery field confirms it. */
  lowBattery: 0,
  /** The charger or supply was cut: a device state. */
  powerCut: 14,
  /** Outside and inside of a fence, worn, in motion: they only ever stand beside an alarm. */
  beside: [1, 2, 3, 4],
} as const;

/** The battery field confirms the state "low battery" up to this, percent. */
export const lowBatteryPercent = 20;

/** Eight hexadecimal digits, as STATUS is written. */
export function statusHex(status: number): string {
  return (status >>> 0).toString(16).padStart(8, '0');
}

/**
 * Reads the setting `profiles` into a choice by watch id first, then by maker.
 *
 * @throws {RuntimeError} `SETTING_INVALID` for a profile that is not known.
 */
export function createProfileChoice(
  profiles: string,
): (watch: { id: string; manufacturer: string }) => AlarmProfile {
  const chosen = new Map<string, AlarmProfile>();
  for (const pair of profiles.split(',').filter(Boolean)) {
    const [whose = '', name = ''] = pair.split('=');
    const profile = Object.hasOwn(alarmProfiles, name) ? alarmProfiles[name] : undefined;
    if (!profile) {
      throw new RuntimeError(
        'SETTING_INVALID',
        `EDGE_WATCH3G_PROFILES names the profile "${name}" for ${whose}; known are ${Object.keys(alarmProfiles).join(', ')}`,
      );
    }
    chosen.set(whose, profile);
  }
  return ({ id, manufacturer }) => chosen.get(id) ?? chosen.get(manufacturer) ?? byMaker;
}
