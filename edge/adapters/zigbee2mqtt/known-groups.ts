import type { AdapterContext } from '../adapter.ts';
import { isObject } from '../json-of-devices.ts';
import { maxDevices } from './config.ts';

/** Groups of a bridge: they have topics as devices have, and are none. */
export interface KnownGroups {
  has(name: string): boolean;
  /** Takes `bridge/groups`; false where it is no list. */
  readList(payload: unknown): boolean;
}

const keptFile = 'bridge-groups.json';

/** Opens the groups that were known when the agent ended: their states may come before the list. */
export function openKnownGroups({ kept, log }: Pick<AdapterContext, 'kept' | 'log'>): KnownGroups {
  let text = kept.read(keptFile) ?? '[]';
  let names = readNames(parse(text)) ?? new Set();
  return {
    has: (name) => names.has(name),
    readList: (payload) => {
      const given = readNames(payload);
      if (!given) return false;
      names = given;
      const fresh = JSON.stringify([...given].map((friendly_name) => ({ friendly_name })));
      if (fresh === text) return true;
      try {
        kept.write(keptFile, fresh);
        text = fresh;
      } catch (error) {
        log.warn({ err: error }, 'list of groups not kept: after a restart the bridge has to tell it first');
      }
      return true;
    },
  };
}

function readNames(payload: unknown): ReadonlySet<string> | undefined {
  if (!Array.isArray(payload)) return undefined;
  const names = payload
    .slice(0, maxDevices)
    .map((group) => (isObject(group) ? group.friendly_name : undefined));
  return new Set(names.filter((name) => typeof name === 'string'));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
