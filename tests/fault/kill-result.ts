import { factsOf } from '#contracts/facts/event-kinds.ts';
import { identityOf, type RecordEntry } from '#contracts/journal-entry.ts';
import type { DeviceEvent } from '#contracts/record-body.ts';

/** An alarm as the journal keeps it. */
export type JournalledAlarm = RecordEntry & { body: DeviceEvent };

/** Names a journalled alarm as it was offered; undefined for what is no alarm of the run. */
export type NameOfAlarm = (alarm: JournalledAlarm) => string | undefined;

/** What became of alarms that were offered, each in one of four ways. */
export interface Accounts {
  /** In the journal once, and exactly once on exactly one timeline. */
  stored: string[];
  /** In the journal once, late and not life safety: on no timeline (DESIGN.md, promise 6). */
  lateJournalled: string[];
  lost: string[];
  /** In the journal or on timelines more than once, or never offered. */
  doubled: string[];
}

/** What became of the alarms of a run. */
export interface KillResult extends Accounts {
  offered: number;
  /** Answered by the gateway: from then on the platform owes them. */
  answered: number;
  kills: Record<string, number>;
  /** Folder of the platform, kept where an alarm was lost or doubled. */
  keptData?: string;
}

/**
 * Accounts for every offered alarm by name.
 *
 * @param standing How often each record stands on all timelines, by its identity.
 */
export function accountFor(
  offered: ReadonlySet<string>,
  found: {
    journalled: readonly JournalledAlarm[];
    standing: ReadonlyMap<string, number>;
    nameOf: NameOfAlarm;
  },
): Accounts {
  const { journalled, standing, nameOf } = found;
  const accounts: Accounts = { stored: [], lateJournalled: [], lost: [], doubled: [] };
  const byName = Map.groupBy(journalled, nameOf);
  for (const name of offered) {
    const alarms = byName.get(name) ?? [];
    const lines = alarms.reduce((sum, alarm) => sum + (standing.get(identityOf(alarm)) ?? 0), 0);
    const [alarm] = alarms;
    if (lines > 1 || alarms.length > 1) accounts.doubled.push(name);
    else if (lines === 1) accounts.stored.push(name);
    else if (alarm?.late && !factsOf(alarm.body.kind).lifeSafety) accounts.lateJournalled.push(name);
    else accounts.lost.push(name);
  }
  const known = new Set(journalled.map(identityOf));
  const unknown = [...standing.keys()].filter((identity) => !known.has(identity));
  const neverOffered = [...byName.keys()].filter((name) => name !== undefined && !offered.has(name));
  accounts.doubled.push(...(neverOffered as string[]), ...unknown);
  return accounts;
}

/** Prints a run for people; false where an alarm was lost or doubled. */
export function printResult(result: KillResult): boolean {
  const { offered, answered, stored, lateJournalled, lost, doubled, kills, keptData } = result;
  console.log(
    `offered ${offered}  stored ${stored.length}  late, journalled ${lateJournalled.length}  refused ${offered - answered}`,
  );
  console.log(`lost ${lost.length}  doubled ${doubled.length}  kills ${JSON.stringify(kills)}`);
  for (const [what, names] of Object.entries({ lost, doubled, late: lateJournalled })) {
    for (const name of names.slice(0, 20)) console.log(`  ${what}: ${name}`);
  }
  if (keptData !== undefined) console.log(`kept ${keptData}`);
  return lost.length + doubled.length === 0;
}
