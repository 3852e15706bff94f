import type { FastifyRequest } from 'fastify';
import type { Incident } from '#contracts/incident.ts';
import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import { isLoggedAttempt } from '#runtime/retry-queue.ts';
import { requesterOf } from '../http/routes.ts';
import type { Audit, AuditAction, TimedAuditEntry } from './audit.ts';

/** A record that was shown to somebody, under the name of the audit log. */
export interface RecordAccess {
  action: AuditAction;
  object: string;
}

/** Who looked: the part of a request, or of a page's socket, that says it. */
export type Requester = Pick<FastifyRequest, 'viewer' | 'sessionFacts' | 'ip'>;

/**
 * Records that a page shows among others. A page that redraws a list every second writes one entry in 15 min for each
 * of them: 40 incidents shown from 09:00 to 09:20 are 80 entries.
 */
const oncePerWindow: ReadonlySet<AuditAction> = new Set([
  'community.shown',
  'incident.shown',
  'device.shown',
  'people.shown',
  'elder.shown',
  'letter.shown',
]);

/** The object of an access to all records of a kind. */
export const allOfThem = 'all';

/** True where one entry in each window of `accessWindowMs` is enough. */
export function isOncePerWindow({ action }: RecordAccess): boolean {
  return oncePerWindow.has(action);
}

/** Incidents of a list. */
export function incidentsShown(incidents: readonly Pick<Incident, 'id'>[]): RecordAccess[] {
  return incidents.map(({ id }) => ({ action: 'incident.shown', object: id }));
}

/** Within this time the same record on the same session's pages is one entry, ms. */
export const accessWindowMs = 900_000;
/** Accesses remembered; beyond, the oldest is written again when it recurs. */
const maxRemembered = 200_000;
/** Entries that may wait one by one; beyond, a session's stand in one entry for all of a kind. */
export const maxWaiting = 5000;
/** Entries in one transaction. */
const maxAtOnce = 500;
const intervalMs = 1000;

/** Writes down who was shown what. */
export interface AccessLog {
  /** Writes accesses that are about to be answered. @throws {DashboardError} `DASHBOARD_AUDIT_UNAVAILABLE`. */
  write(who: Requester, accesses: readonly RecordAccess[]): Promise<void>;
  /** Records what a live page was just sent. It is written right after: an alarm waits for no audit log. */
  sent(who: Requester, accesses: readonly RecordAccess[]): void;
  /** Entries that wait. */
  readonly waiting: number;
  close(): Promise<void>;
}

/** Creates the access log over the audit log. */
export function createAccessLog(options: { audit: Audit; log: Logger; now: () => number }): AccessLog {
  const { audit, now } = options;
  const known = createBoundedMap<string, number>(maxRemembered);
  const waiting: TimedAuditEntry[] = [];
  let attempt = 0;

  const keyOf = ({ sessionFacts, viewer }: Requester, { action, object }: RecordAccess) =>
    [sessionFacts?.idHash, viewer?.community, viewer?.person, action, object].join(' ');
  const isKnown = (key: string) => now() - (known.get(key) ?? Number.NEGATIVE_INFINITY) < accessWindowMs;
  const entryOf = (who: Requester, { action, object }: RecordAccess): TimedAuditEntry => ({
    ...requesterOf(who),
    ...{ action, object, at: now(), outcome: 'done' },
  });

  const flush = async (): Promise<boolean> => {
    const entries = waiting.slice(0, maxAtOnce);
    if (entries.length === 0) return false;
    try {
      await audit.appendAll(entries);
    } catch (error) {
      attempt += 1;
      const facts = { err: error, attempt, waiting: waiting.length };
      if (isLoggedAttempt(attempt))
        options.log.error(facts, 'accesses of live pages not written, tried again');
      return false;
    }
    attempt = 0;
    waiting.splice(0, entries.length);
    return waiting.length > 0;
  };
  const loop = startPollLoop({ name: 'access-log', intervalMs, log: options.log, run: flush });

  return {
    write: async (who, accesses) => {
      const due = accesses.filter((access) => !isOncePerWindow(access) || !isKnown(keyOf(who, access)));
      if (due.length === 0) return;
      await audit.appendAll(due.map((access) => entryOf(who, access)));
      for (const access of due) if (isOncePerWindow(access)) known.set(keyOf(who, access), now());
    },
    sent: (who, accesses) => {
      for (const access of accesses) {
        const single = keyOf(who, access);
        if (isKnown(single)) continue;
        const kept = waiting.length < maxWaiting ? access : { ...access, object: allOfThem };
        const key = keyOf(who, kept);
        if (isKnown(key)) continue;
        known.set(key, now());
        waiting.push(entryOf(who, kept));
      }
      // Written at the next turn of the loop, behind what is being sent.
      if (waiting.length > 0 && attempt === 0) loop.wake();
    },
    get waiting() {
      return waiting.length;
    },
    close: async () => {
      await loop.close();
      while (await flush());
    },
  };
}
