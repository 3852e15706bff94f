import type { Generated } from 'kysely';

/**
 * Rows of the registry's tables as Kysely sees them; booleans are 0 or 1, times epoch ms. An id is unique only in
 * its community, so every key begins with the community.
 */
export interface RegistryTables {
  community: {
    id: string;
    name_zh: string;
    name_en: string;
    timezone: string;
    division_code: string | null;
    desk_phone: string | null;
    /** `Retention` as JSON; null where every class has the default retention. */
    retention: string | null;
  };
  grid: { community: string; id: string; name: string };
  building: { community: string; id: string; name: string };
  unit: { community: string; id: string; building: string; name: string };
  floor: { community: string; id: string; unit: string; name: string; ordinal: number };
  dwelling: { community: string; id: string; floor: string; grid: string | null; door: string };
  resident: {
    community: string;
    id: string;
    dwelling: string;
    name: string | null;
    lives_alone: number;
    inactivity_ms: number | null;
    away_from: number | null;
    away_until: number | null;
    arrival_note: string | null;
  };
  gateway: { community: string; id: string; name: string; enabled: number };
  device: {
    community: string;
    id: string;
    gateway: string;
    address: string;
    class: string;
    model: string | null;
    name: string;
    building: string | null;
    unit: string | null;
    dwelling: string | null;
    resident: string | null;
    stale_after_ms: number | null;
    /** Since when it belongs to this resident, epoch ms; 0 where always. What it reported before is not theirs. */
    resident_since: Generated<number>;
  };
  person: { community: string; id: string; name: string; phone: string | null; enabled: number };
  person_right: { community: string; person: string; role: string; scope: string };
  /** What an elder shares with a relative; `classes` are data classes, by comma. */
  consent: {
    community: string;
    resident: string;
    person: string;
    classes: string;
    called_as: string | null;
  };
  credential: {
    username: string;
    kind: 'gateway' | 'service';
    community: string | null;
    gateway: string | null;
    service: string | null;
    secret_hash: string;
    enabled: number;
  };
  registry_revision: { id: number; revision: number };
  /** What a plan removed, when, epoch ms, and by whom: the machine's user. */
  taken_out: { community: string; part: string; id: string; at: number; by: string };
  /** What changed, oldest first; the part and its id name what a reader reads again. */
  registry_change: { change: Generated<number>; part: string; community: string; id: string };
}
