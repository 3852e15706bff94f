import { createHash } from 'node:crypto';
import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import type { DashboardDatabase } from './tables.ts';

declare module 'fastify' {
  interface Session {
    /** Login of the account that signed in; absent in a session that nobody uses yet. */
    login?: string;
  }
}

/** Who a live session belongs to. */
export interface SessionFacts {
  idHash: string;
  login: string;
  person: string;
}

/** When sessions end; milliseconds. */
export interface SessionLimits {
  idleMs: number;
  maxMs: number;
}

/** Sessions in `registry.db`, so that they survive a restart. */
export interface Sessions {
  /** What `@fastify/session` reads and writes. */
  store: SessionStore;
  /** The session of an id hash, where it has not ended. */
  find(idHash: string): Promise<SessionFacts | undefined>;
  /** Notes that the session is in use; written at most once a minute. */
  touch(idHash: string): Promise<void>;
}

/** Sessions an account may have at once; the one longest unused ends first. */
const maxSessionsPerAccount = 20;
const touchEveryMs = 60_000;

/** Hash under which a session is kept. */
export function sessionIdHash(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('base64url');
}

/** Creates the sessions over `registry.db`. */
export function createSessions(db: DashboardDatabase, limits: SessionLimits, now: () => number): Sessions {
  const ended = () => ({ created: now() - limits.maxMs, seen: now() - limits.idleMs });

  const find = async (idHash: string): Promise<SessionFacts | undefined> => {
    const { created, seen } = ended();
    return db
      .selectFrom('session')
      .innerJoin('account', 'account.login', 'session.login')
      .select(['session.id_hash as idHash', 'session.login as login', 'account.person as person'])
      .where('session.id_hash', '=', idHash)
      .where('session.created_at', '>', created)
      .where('session.seen_at', '>', seen)
      .executeTakeFirst();
  };

  const insert = async (idHash: string, login: string): Promise<void> => {
    const at = now();
    const { created, seen } = ended();
    await db.transaction().execute(async (trx) => {
      await trx
        .deleteFrom('session')
        .where((or) => or.or([or('created_at', '<=', created), or('seen_at', '<=', seen)]))
        .execute();
      await trx
        .insertInto('session')
        .values({ id_hash: idHash, login, created_at: at, seen_at: at })
        .onConflict((conflict) => conflict.column('id_hash').doUpdateSet({ seen_at: at }))
        .execute();
      const kept = trx
        .selectFrom('session')
        .select('id_hash')
        .where('login', '=', login)
        .orderBy('seen_at', 'desc')
        .limit(maxSessionsPerAccount);
      await trx.deleteFrom('session').where('login', '=', login).where('id_hash', 'not in', kept).execute();
    });
  };

  const store: SessionStore = {
    get: (id, done) => {
      find(sessionIdHash(id)).then(
        // Without `cookie` the plugin takes its own options; expiry is kept here, by the platform's clock.
        (facts) => done(null, facts && ({ login: facts.login } as Session)),
        (error) => done(error),
      );
    },
    set: (id, session, done) => {
      const saved = session.login ? insert(sessionIdHash(id), session.login) : Promise.resolve();
      saved.then(() => done(), done);
    },
    destroy: (id, done) => {
      const removed = db.deleteFrom('session').where('id_hash', '=', sessionIdHash(id)).execute();
      removed.then(() => done(), done);
    },
  };

  return {
    store,
    find,
    touch: async (idHash) => {
      const at = now();
      const known = await db
        .selectFrom('session')
        .select('seen_at')
        .where('id_hash', '=', idHash)
        .executeTakeFirst();
      if (!known || at - known.seen_at < touchEveryMs) return;
      await db.updateTable('session').set({ seen_at: at }).where('id_hash', '=', idHash).execute();
    },
  };
}
