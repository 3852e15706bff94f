import { createHash } from 'node:crypto';
import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import type { SessionDevice, SessionList } from '#contracts/rest.ts';
import type { DashboardDatabase } from '../tables.ts';
import type { PersonOfCommunity } from './rights.ts';

declare module 'fastify' {
  interface Session {
    /** Login of the account that signed in; absent in a session that nobody uses yet. */
    login?: string;
    /** What signed in. */
    device?: SessionDevice;
    /** The community in which its owner chose to be. */
    community?: string;
    /** Id of the wall that was enrolled. */
    wall?: string;
  }
}

/** A place nobody is signed in at, as its session knows it. */
export interface WallFacts {
  id: string;
  community: string;
  name: string;
}

/** Who a live session belongs to: a wall, or an account and who it is in the community its owner chose. */
export type SessionFacts =
  | { idHash: string; login: string; who?: PersonOfCommunity; wall?: undefined }
  | { idHash: string; login?: undefined; who?: undefined; wall: WallFacts };

/** When sessions end; milliseconds. */
export interface SessionLimits {
  idleMs: number;
  maxMs: number;
}

/** Sessions in `registry.db`, so that they survive a restart. A wall's lasts until it is revoked or signed out. */
export interface Sessions {
  /** What `@fastify/session` reads and writes. */
  store: SessionStore;
  /** The session of an id hash, where it has not ended. */
  find(idHash: string): Promise<SessionFacts | undefined>;
  /** Puts a session into another community of its account, and remembers that for the next signing in. */
  choose(idHash: string, to: { login: string; community: string }): Promise<void>;
  /** Notes that the session, or a live page of it, is in use; written at most once a minute. */
  touch(idHash: string, by?: 'page'): Promise<void>;
  /**
   * Makes room for one more session of an account: the one that has been away longest ends, never one whose page listens.
   *
   * @returns The sessions that ended; undefined where there is no room, since pages of all of them listen.
   */
  makeRoom(login: string): Promise<string[] | undefined>;
  /** Sessions of an account that have not ended, newest use first; their ids sign nobody in. */
  list(login: string): Promise<Omit<SessionList['sessions'][number], 'isThis'>[]>;
  /** Ends sessions of an account; answers those that there were. */
  end(login: string, ids: string[]): Promise<string[]>;
}

/** Sessions an account may have at once. */
const maxSessionsPerAccount = 20;
const touchEveryMs = 60_000;
/** A page that comes back within so long, as after a restart of ours, was listening all the while. */
const awayAfterMs = 2 * touchEveryMs;

/** Hash under which a session is kept. */
export function sessionIdHash(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('base64url');
}

/** Creates the sessions over `registry.db`. */
export function createSessions(db: DashboardDatabase, limits: SessionLimits, now: () => number): Sessions {
  const ended = () => ({ created: now() - limits.maxMs, seen: now() - limits.idleMs });

  const find = async (idHash: string): Promise<SessionFacts | undefined> => {
    const { created, seen } = ended();
    const row = await db
      .selectFrom('session')
      .leftJoin('account', 'account.login', 'session.login')
      .leftJoin('account_person', (join) =>
        join
          .onRef('account_person.login', '=', 'session.login')
          .onRef('account_person.community', '=', 'session.community'),
      )
      .leftJoin('wall', 'wall.id', 'session.wall')
      .select([
        'account.login as login',
        'account_person.community as chosen',
        'account_person.person as person',
        'wall.id as wall',
        'wall.community as community',
        'wall.name as name',
        'wall.revoked_at as revokedAt',
        'session.created_at as createdAt',
        'session.seen_at as seenAt',
      ])
      .where('session.id_hash', '=', idHash)
      .executeTakeFirst();
    if (!row) return undefined;
    const { login, chosen, person, wall, community, name } = row;
    if (wall !== null && community !== null && name !== null) {
      return row.revokedAt === null ? { idHash, wall: { id: wall, community, name } } : undefined;
    }
    const isLive = row.createdAt > created && row.seenAt > seen;
    if (!isLive || login === null) return undefined;
    return {
      idHash,
      login,
      ...(chosen !== null && person !== null && { who: { community: chosen, person } }),
    };
  };

  const insertOfLogin = async (
    idHash: string,
    login: string,
    { community = null, device = {} }: { community?: string | null; device?: Partial<SessionDevice> },
  ): Promise<void> => {
    const at = now();
    await db
      .insertInto('session')
      .values({ id_hash: idHash, login, community, created_at: at, seen_at: at, ...device })
      .onConflict((conflict) => conflict.column('id_hash').doUpdateSet({ seen_at: at }))
      .execute();
  };

  const insertOfWall = async (idHash: string, wall: string): Promise<void> => {
    const at = now();
    await db
      .insertInto('session')
      .values({ id_hash: idHash, wall, created_at: at, seen_at: at })
      .onConflict((conflict) => conflict.column('id_hash').doUpdateSet({ seen_at: at }))
      .execute();
  };

  const insert = async (idHash: string, { login, community, wall, device }: Session): Promise<void> => {
    if (login !== undefined) {
      await insertOfLogin(idHash, login, { ...(community && { community }), ...(device && { device }) });
    } else if (wall !== undefined) await insertOfWall(idHash, wall);
  };

  const store: SessionStore = {
    get: (id, done) => {
      find(sessionIdHash(id)).then(
        // Without `cookie` the plugin takes its own options; expiry is kept here, by the platform's clock.
        (facts) => done(null, facts && (ownerOf(facts) as Session)),
        (error) => done(error),
      );
    },
    set: (id, session, done) => {
      insert(sessionIdHash(id), session).then(() => done(), done);
    },
    destroy: (id, done) => {
      const removed = db.deleteFrom('session').where('id_hash', '=', sessionIdHash(id)).execute();
      removed.then(() => done(), done);
    },
  };

  return {
    store,
    find,
    choose: async (idHash, { login, community }) => {
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable('session')
          .set({ community })
          .where('id_hash', '=', idHash)
          .where('login', '=', login)
          .execute();
        await trx
          .updateTable('account')
          .set({ last_community: community })
          .where('login', '=', login)
          .execute();
      });
    },
    touch: async (idHash, by) => {
      const at = now();
      const known = await db
        .selectFrom('session')
        .select(['seen_at', 'page_seen_at'])
        .where('id_hash', '=', idHash)
        .executeTakeFirst();
      if (!known) return;
      const last = by === 'page' ? (known.page_seen_at ?? 0) : known.seen_at;
      if (at - last < touchEveryMs) return;
      const seen = { seen_at: at, ...(by === 'page' && { page_seen_at: at }) };
      await db.updateTable('session').set(seen).where('id_hash', '=', idHash).execute();
    },
    makeRoom: (login) =>
      db.transaction().execute(async (trx) => {
        const { created, seen } = ended();
        await trx
          .deleteFrom('session')
          .where('wall', 'is', null)
          .where((or) => or.or([or('created_at', '<=', created), or('seen_at', '<=', seen)]))
          .execute();
        const sessions = await trx
          .selectFrom('session')
          .select(['id_hash', 'page_seen_at'])
          .where('login', '=', login)
          .orderBy('seen_at')
          .execute();
        const tooMany = sessions.length + 1 - maxSessionsPerAccount;
        if (tooMany <= 0) return [];
        const away = sessions.filter(({ page_seen_at }) => (page_seen_at ?? 0) <= now() - awayAfterMs);
        if (away.length < tooMany) return undefined;
        const ids = away.slice(0, tooMany).map(({ id_hash }) => id_hash);
        await trx.deleteFrom('session').where('id_hash', 'in', ids).execute();
        return ids;
      }),
    list: async (login) => {
      const { created, seen } = ended();
      return await db
        .selectFrom('session')
        .select(['id_hash as id', 'browser', 'system', 'created_at as startedAt', 'seen_at as seenAt'])
        .where('login', '=', login)
        .where('created_at', '>', created)
        .where('seen_at', '>', seen)
        .orderBy('seen_at', 'desc')
        .execute();
    },
    end: async (login, ids) => {
      if (ids.length === 0) return [];
      const rows = await db
        .deleteFrom('session')
        .where('login', '=', login)
        .where('id_hash', 'in', ids)
        .returning('id_hash')
        .execute();
      return rows.map(({ id_hash }) => id_hash);
    },
  };
}

function ownerOf({ login, who, wall }: SessionFacts): Pick<Session, 'login' | 'community' | 'wall'> {
  return wall ? { wall: wall.id } : { login, ...(who && { community: who.community }) };
}

/** What a browser says of itself; the first that fits, since most also name those they are made of. */
const browsers: [SessionDevice['browser'], RegExp][] = [
  ['wechat', /MicroMessenger/i],
  ['edge', /\bEdg(e|A|iOS)?\//],
  ['firefox', /\b(Firefox|FxiOS)\//],
  ['chrome', /(Chrome|CriOS)\//],
  ['safari', /\bSafari\//],
];
const systems: [SessionDevice['system'], RegExp][] = [
  ['harmony', /HarmonyOS|OpenHarmony/i],
  ['android', /Android/],
  ['iphone', /iPhone|iPod/],
  ['ipad', /iPad/],
  ['windows', /Windows/],
  ['mac', /Mac OS X|Macintosh/],
  ['linux', /Linux|X11/],
];

/** Reads browser and system off a User-Agent header, for people to recognise their own by. */
export function readSessionDevice(userAgent: string | undefined): SessionDevice {
  const text = (userAgent ?? '').slice(0, 512);
  const find = <T>(words: [T, RegExp][]) => words.find(([, pattern]) => pattern.test(text))?.[0];
  return { browser: find(browsers) ?? 'other', system: find(systems) ?? 'other' };
}
