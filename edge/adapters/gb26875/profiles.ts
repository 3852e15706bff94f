import { RuntimeError } from '#runtime/errors.ts';

/** How one maker goes beyond the standard. */
export interface PanelProfile {
  name: string;
  /** Commands that, without application data, only say that the transmitter is there: register and keep-alive. */
  greetings: readonly number[];
  /** A control command of type 90 that a transmitter sends asks for the time. */
  answersTimeRequests: boolean;
  /** What a component's status bits above the standard's mean. */
  componentBits: ReadonlyMap<number, string>;
}

const unnamed: ReadonlyMap<number, string> = new Map();

/** Profiles by name. The bits of `extended-status` are one maker's; no public document of them was found. */
const profiles: ReadonlyMap<string, PanelProfile> = new Map(
  [
    { name: 'standard', greetings: [2], answersTimeRequests: false, componentBits: unnamed },
    { name: 'automatic', greetings: [0, 2, 7], answersTimeRequests: true, componentBits: unnamed },
    {
      name: 'extended-status',
      greetings: [0, 2, 7],
      answersTimeRequests: true,
      componentBits: new Map([
        [9, '离线 (offline)'],
        [10, '开路 (open circuit)'],
        [11, '短路 (short circuit)'],
        [12, '被取下 (removed)'],
        [13, '传感器故障 (sensor fault)'],
        [14, '升级中 (upgrading)'],
      ]),
    },
  ].map((profile) => [profile.name, profile]),
);

/** Names that settings may hold. */
export const profileNames = ['automatic', 'standard', 'extended-status'] as const;

/** Finds a profile by name. @throws {RuntimeError} `SETTING_INVALID` where there is none. */
export function profileNamed(name: string): PanelProfile {
  const profile = profiles.get(name);
  if (profile) return profile;
  const known = [...profiles.keys()].join(', ');
  throw new RuntimeError('SETTING_INVALID', `EDGE_GB26875_SOURCE_PROFILES: "${name}" is none of ${known}`);
}

/**
 * Reads which profile each source has.
 *
 * @param sources `<12 hexadecimal digits>=<profile>`, separated by commas.
 * @returns The profile of a source, by its address as 12 hexadecimal digits.
 * @throws {RuntimeError} `SETTING_INVALID` naming a profile that does not exist.
 */
export function createProfiles(byDefault: string, sources: string): (address: string) => PanelProfile {
  const fallback = profileNamed(byDefault);
  const bySource = new Map(
    sources
      .split(',')
      .filter(Boolean)
      .map((entry) => {
        const [address = '', name = ''] = entry.split('=');
        return [address.toLowerCase(), profileNamed(name)] as const;
      }),
  );
  return (address) => bySource.get(address) ?? fallback;
}
