import { sql } from 'kysely';
import { inTransaction } from '#runtime/kysely-sqlite.ts';
import { DashboardError } from '../../errors.ts';
import type { DashboardDatabase } from '../tables.ts';
import { type ChainCheck, type ChainLink, chainStart, checkChain, hashOfEntry } from './audit-chain.ts';

/**
 * What the audit log tells apart. Entries on disk can never be changed, so these names stay as they are: a new name for
 * one would leave an auditor with two for the same action.
 */
export const auditActions = [
  'sign-in',
  'sign-out',
  'session.end',
  'session.community',
  'community.look',
  'community.shown',
  'incident.look',
  'incident.shown',
  'incident.brief',
  'device.look',
  'device.shown',
  'people.shown',
  'incident.open',
  'incident.acknowledge',
  'incident.assign',
  'assignment.move',
  'incident.note',
  'incident.resolve',
  'incident.reopen',
  'notification.move',
  'command.issue',
  'elder.look',
  'elder.shown',
  'elder.called',
  'elder.visit',
  'wall.look',
  'wall.code',
  'wall.enrol',
  'wall.revoke',
  'wall.acting',
  'pin.set',
  'export',
  'fhir.read',
  'letter.look',
  'letter.shown',
  'letter.export',
  'letter.replay',
  'letter.discard',
  'device.register',
  'plan.apply',
  'plan.give',
  'plan.take',
  'plan.export',
  'person.end',
  'person.restore',
  'account.make',
  'account.link',
  'account.password',
  'gateway.secret',
  'service.secret',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** One entry: who did what to which object, and what came of it; never a password, name or note. */
export interface AuditEntry {
  action: AuditAction;
  /** IP address the request came from, or whose work on the machine it was: `provisioning:<user of the machine>`. */
  address: string;
  person?: string;
  login?: string;
  community?: string;
  object?: string;
  /** Id of the request, which joins the entry of an action begun with that of its outcome. */
  request?: string;
  /** `begun`, `done`, `aborted` by who asked, or the code of the refusal. */
  outcome: string;
  /** Id of the wall at which it was done. */
  place?: string;
}

/** An entry about what happened at `at`, epoch ms. */
export type TimedAuditEntry = AuditEntry & { at: number };

/** An entry as it is read; `id` rises by one with every entry. */
export type AuditRow = Omit<AuditEntry, 'action'> & { id: number; at: number; action: string };

/** The append-only audit log. */
export interface Audit {
  /** Appends an entry, on disk when it returns. @throws {DashboardError} `DASHBOARD_AUDIT_UNAVAILABLE`. */
  append(entry: AuditEntry): Promise<void>;
  /** Appends entries in their order, all or none. @throws {DashboardError} as `append`. */
  appendAll(entries: readonly TimedAuditEntry[]): Promise<void>;
  /** Who did an action to an object, and when: each person's first, oldest first. */
  firstByPerson(
    action: AuditAction,
    about: { community: string; object: string },
  ): Promise<{ at: number; person: string }[]>;
  /** Entries of a community, `from` ≤ at < `to`, oldest first, those after `after` where given. */
  between(
    range: { community: string; from: number; to: number },
    limit: number,
    after?: Pick<AuditRow, 'at' | 'id'>,
  ): Promise<AuditRow[]>;
}

/** Rows of one INSERT; SQLite takes 32,766 values in a statement. */
const maxRowsAtOnce = 500;

/**
 * Creates the audit log over `registry.db`. Its table refuses UPDATE and DELETE, and each entry's hash covers the entry
 * before it, so that a change made around SQLite's back is found by `checkAuditChain`.
 */
export function createAudit(db: DashboardDatabase, now: () => number): Audit {
  const appendAll = async (entries: readonly TimedAuditEntry[]) => {
    try {
      await inTransaction(db, (trx) => insertChained(trx, entries));
    } catch (cause) {
      throw new DashboardError(
        'DASHBOARD_AUDIT_UNAVAILABLE',
        'the audit log cannot be written, so nothing was shown or done; is the disk full?',
        { cause },
      );
    }
  };
  return {
    append: (entry) => appendAll([{ ...entry, at: now() }]),
    appendAll,
    firstByPerson: async (action, { community, object }) => {
      const rows = await db
        .selectFrom('audit')
        .select((eb) => ['person', eb.fn.min('at').as('at')])
        .where('community', '=', community)
        .where('object', '=', object)
        .where('action', '=', action)
        .where('outcome', '=', 'done')
        .where('person', 'is not', null)
        .groupBy('person')
        .orderBy('at')
        .execute();
      return rows.map(({ at, person }) => ({ at: Number(at), person: String(person) }));
    },
    between: async ({ community, from, to }, limit, after = { at: from, id: 0 }) => {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('community', '=', community)
        .where((eb) => eb(eb.refTuple('at', 'id'), '>', eb.tuple(after.at, after.id)))
        .where('at', '<', to)
        .orderBy('at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ person, login, object, request, place, community: own, hash: _, ...entry }) => ({
        ...entry,
        ...optional({ person, login, object, request, place, community: own }),
      }));
    },
  };
}

/** The transaction holds the write lock, so no other process appends between the newest entry and these. */
async function insertChained(db: DashboardDatabase, entries: readonly TimedAuditEntry[]): Promise<void> {
  const newest = await db
    .selectFrom('audit')
    .select('hash')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  let hash = newest?.hash ?? chainStart;
  const rows = entries.map(rowOf).map((row) => {
    hash = hashOfEntry(hash, row);
    return { ...row, hash };
  });
  for (let first = 0; first < rows.length; first += maxRowsAtOnce) {
    await db
      .insertInto('audit')
      .values(rows.slice(first, first + maxRowsAtOnce))
      .execute();
  }
}

/** Follows the chain of the audit log's entries, and names the first that is broken. */
export async function checkAuditChain(db: DashboardDatabase, noted?: ChainLink): Promise<ChainCheck> {
  const given = sql<{ seq: number }>`SELECT seq FROM sqlite_sequence WHERE name = 'audit'`;
  const highestId = Number((await given.execute(db)).rows[0]?.seq ?? 0);
  const readAfter = (id: number, limit: number) =>
    db.selectFrom('audit').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute();
  return checkChain(readAfter, { highestId, ...(noted && { noted }) });
}

function rowOf({ at, address, action, outcome, ...entry }: TimedAuditEntry) {
  const {
    person = null,
    login = null,
    community = null,
    object = null,
    request = null,
    place = null,
  } = entry;
  return { at, address, action, outcome, person, login, community, object, request, place };
}

/** The columns that are filled. */
function optional<T extends string>(columns: Record<T, string | null>): Partial<Record<T, string>> {
  const filled = Object.entries(columns).filter(([, value]) => value !== null);
  return Object.fromEntries(filled) as Partial<Record<T, string>>;
}
