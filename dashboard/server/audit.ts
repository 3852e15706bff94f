import { DashboardError } from '../errors.ts';
import type { DashboardDatabase } from './tables.ts';

/** What the audit log tells apart. */
export const auditActs = [
  'sign-in',
  'sign-out',
  'incident.look',
  'device.look',
  'incident.open',
  'incident.acknowledge',
  'incident.assign',
  'assignment.move',
  'incident.note',
  'incident.resolve',
  'incident.reopen',
  'notification.move',
  'command.issue',
] as const;
export type AuditAct = (typeof auditActs)[number];

/** One line: who did what to which object, and what came of it; never a password, name or note. */
export interface AuditLine {
  act: AuditAct;
  /** IP address the request came from. */
  address: string;
  person?: string;
  login?: string;
  community?: string;
  object?: string;
  /** Id of the request, which joins the line of an act begun with the line of its outcome. */
  request?: string;
  /** `begun`, `done`, or the code of the refusal. */
  outcome: string;
}

/** The append-only audit log. */
export interface Audit {
  /** Appends a line, on disk when it returns. @throws {DashboardError} `DASHBOARD_AUDIT_UNAVAILABLE`. */
  append(line: AuditLine): Promise<void>;
}

/** Creates the audit log over `registry.db`; its tables refuse UPDATE and DELETE. */
export function createAudit(db: DashboardDatabase, now: () => number): Audit {
  return {
    append: async (line) => {
      try {
        await db
          .insertInto('audit')
          .values({
            at: now(),
            person: line.person ?? null,
            login: line.login ?? null,
            community: line.community ?? null,
            address: line.address,
            act: line.act,
            object: line.object ?? null,
            request: line.request ?? null,
            outcome: line.outcome,
          })
          .execute();
      } catch (cause) {
        throw new DashboardError(
          'DASHBOARD_AUDIT_UNAVAILABLE',
          'the audit log cannot be written, so nothing was shown or done; is the disk full?',
          { cause },
        );
      }
    },
  };
}
