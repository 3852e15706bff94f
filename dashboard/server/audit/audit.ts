import { DashboardError } from '../../errors.ts';
import type { DashboardDatabase } from '../tables.ts';

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

/** One line: who did what to which object, and what came of it; never a password, name or note. */
export interface AuditEntry {
  action: AuditAction;
  /** IP address the request came from, or whose work on the machine it was: `provisioning:<user of the machine>`. */
  address: string;
  person?: string;
  login?: string;
  community?: string;
  object?: string;
  /** Id of the request, which joins the line of an action begun with the line of its outcome. */
  request?: string;
  /** `begun`, `done`, `aborted` by who asked, or the code of the refusal. */
  outcome: string;
  /** Id of the wall at which it was done. */
  place?: string;
}

/** A line of something that happened at `at`, epoch ms. */
export type TimedAuditEntry = AuditEntry & { at: number };

/** A line as it is kept; `id` rises with every line. */
export type AuditRow = Omit<AuditEntry, 'action'> & { id: number; at: number; action: string };

/** The append-only audit log. */
export interface Audit {
  /** Appends a line, on disk when it returns. @throws {DashboardError} `DASHBOARD_AUDIT_UNAVAILABLE`. */
  append(line: AuditEntry): Promise<void>;
  /** Appends 1 to 3,000 lines in their order, all or none. @throws {DashboardError} as `append`. */
  appendAll(entries: readonly TimedAuditEntry[]): Promise<void>;
  /** Who did an action to an object, and when: each person's first, oldest first. */
  firstByPerson(
    action: AuditAction,
    about: { community: string; object: string },
  ): Promise<{ at: number; person: string }[]>;
  /** Lines of a community, `from` ≤ at < `to`, oldest first, those after `after` where given. */
  between(
    range: { community: string; from: number; to: number },
    limit: number,
    after?: Pick<AuditRow, 'at' | 'id'>,
  ): Promise<AuditRow[]>;
}

/** Creates the audit log over `registry.db`; its tables refuse UPDATE and DELETE. */
export function createAudit(db: DashboardDatabase, now: () => number): Audit {
  const appendAll = async (entries: readonly TimedAuditEntry[]) => {
    try {
      await db.insertInto('audit').values(entries.map(rowOf)).execute();
    } catch (cause) {
      throw new DashboardError(
        'DASHBOARD_AUDIT_UNAVAILABLE',
        'the audit log cannot be written, so nothing was shown or done; is the disk full?',
        { cause },
      );
    }
  };
  return {
    append: (line) => appendAll([{ ...line, at: now() }]),
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
      return rows.map(({ person, login, object, request, place, community: own, ...line }) => ({
        ...line,
        ...optional({ person, login, object, request, place, community: own }),
      }));
    },
  };
}

function rowOf({ at, address, action, outcome, ...line }: TimedAuditEntry) {
  const { person = null, login = null, community = null, object = null, request = null, place = null } = line;
  return { at, address, action, outcome, person, login, community, object, request, place };
}

/** The columns that are filled. */
function optional<T extends string>(columns: Record<T, string | null>): Partial<Record<T, string>> {
  const filled = Object.entries(columns).filter(([, value]) => value !== null);
  return Object.fromEntries(filled) as Partial<Record<T, string>>;
}
