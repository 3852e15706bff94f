import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Incident } from '#contracts/incident.ts';
import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import { isLoggedAttempt } from '#runtime/retry-queue.ts';
import { whoAsks } from '../http/routes.ts';
import type { Audit, AuditAct, AuditEntry } from './audit.ts';

/** Something that was shown to somebody, as the audit log calls it. */
export interface Look {
  act: AuditAct;
  object: string;
}

/** Who looked: the part of a request, or of a page's socket, that says it. */
export type Looking = Pick<FastifyRequest, 'viewer' | 'sessionFacts' | 'ip'>;

/** Looks at what stood on a page among other things: a line the first time, and again where it still stands later. */
const glances: ReadonlySet<AuditAct> = new Set([
  'community.shown',
  'incident.shown',
  'device.shown',
  'people.shown',
  'elder.shown',
  'letter.shown',
]);

/** The object of a look at all of a kind. */
export const allOfThem = 'all';

/** True where not every time counts. */
export function isGlance({ act }: Look): boolean {
  return glances.has(act);
}

/** Incidents of a list. */
export function incidentsShown(incidents: readonly Pick<Incident, 'id'>[]): Look[] {
  return incidents.map(({ id }) => ({ act: 'incident.shown', object: id }));
}

/** Within this time the same thing on the same session's pages is one line, ms. */
export const glanceMs = 900_000;
/** Glances remembered; beyond, the oldest is written anew where it comes again. */
const maxRemembered = 200_000;
/** Lines that may wait to be written one by one; beyond, a session's stand in one line for all of a kind. */
export const maxWaiting = 5000;
/** Lines in one transaction. */
const maxAtOnce = 500;
const intervalMs = 1000;

/** Writes down who was shown what. */
export interface LookLog {
  /** Writes looks that are about to be answered. @throws {DashboardError} `DASHBOARD_AUDIT_UNAVAILABLE`. */
  write(who: Looking, looks: readonly Look[]): Promise<void>;
  /** Takes note of what a live page was just sent. It is written right after: an alarm waits for no audit log. */
  sent(who: Looking, looks: readonly Look[]): void;
  /** Lines that wait. */
  readonly waiting: number;
  close(): Promise<void>;
}

/** Creates the log of looks over the audit log. */
export function createLookLog(options: { audit: Audit; log: Logger; now: () => number }): LookLog {
  const { audit, now } = options;
  // `max` instead would take memory for all of them, and 20 ms, at every start.
  const known = new LRUCache<string, number>({ maxSize: maxRemembered, sizeCalculation: () => 1 });
  const waiting: AuditEntry[] = [];
  let attempt = 0;

  const keyOf = ({ sessionFacts, viewer }: Looking, { act, object }: Look) =>
    [sessionFacts?.idHash, viewer?.community, viewer?.person, act, object].join(' ');
  const isKnown = (key: string) => now() - (known.get(key) ?? Number.NEGATIVE_INFINITY) < glanceMs;
  const entryOf = (who: Looking, { act, object }: Look): AuditEntry => ({
    ...whoAsks(who),
    ...{ act, object, at: now(), outcome: 'done' },
  });

  const flush = async (): Promise<boolean> => {
    const lines = waiting.slice(0, maxAtOnce);
    if (lines.length === 0) return false;
    try {
      await audit.appendAll(lines);
    } catch (error) {
      attempt += 1;
      const facts = { err: error, attempt, waiting: waiting.length };
      if (isLoggedAttempt(attempt)) options.log.error(facts, 'looks of live pages not written, tried again');
      return false;
    }
    attempt = 0;
    waiting.splice(0, lines.length);
    return waiting.length > 0;
  };
  const loop = startPollLoop({ name: 'looks', intervalMs, log: options.log, run: flush });

  return {
    write: async (who, looks) => {
      const due = looks.filter((look) => !isGlance(look) || !isKnown(keyOf(who, look)));
      if (due.length === 0) return;
      await audit.appendAll(due.map((look) => entryOf(who, look)));
      for (const look of due) if (isGlance(look)) known.set(keyOf(who, look), now());
    },
    sent: (who, looks) => {
      for (const look of looks) {
        const single = keyOf(who, look);
        if (isKnown(single)) continue;
        const kept = waiting.length < maxWaiting ? look : { ...look, object: allOfThem };
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
