import type { WallSound } from '#contracts/wall.ts';
import type { DashboardDatabase } from '../tables.ts';

/** A wall that is enrolled. */
export interface EnrolledWall {
  id: string;
  name: string;
  enrolledAt: number;
}

/** What a wall last said of itself. */
export interface WallSign {
  heardAt: number;
  sound: WallSound;
}

/** The walls of `registry.db`. */
export interface WallRegister {
  /** Enrolled walls of a community, oldest first. */
  list(community: string): Promise<EnrolledWall[]>;
  /** Every community that has, or once had, a wall, with the ids of those enrolled now. */
  byCommunity(): Promise<Map<string, string[]>>;
  /** How each wall was last heard, at whichever dashboard. */
  signs(): Promise<Map<string, WallSign>>;
  /** Keeps how walls were heard here, all in one transaction. */
  saveSigns(signs: ReadonlyMap<string, WallSign>): Promise<void>;
  /** Takes a wall of a community away; answers the id hashes of its sessions, which ended, or undefined. */
  revoke(wall: string, community: string): Promise<string[] | undefined>;
}

/** Opens the register of walls. */
export function createWallRegister(db: DashboardDatabase, now: () => number): WallRegister {
  return {
    list: (community) =>
      db
        .selectFrom('wall')
        .select(['id', 'name', 'enrolled_at as enrolledAt'])
        .where('community', '=', community)
        .where('revoked_at', 'is', null)
        .orderBy('enrolled_at')
        .orderBy('id')
        .execute(),
    byCommunity: async () => {
      const rows = await db.selectFrom('wall').select(['id', 'community', 'revoked_at']).execute();
      const enrolled = new Map<string, string[]>();
      for (const { id, community, revoked_at } of rows) {
        const ids = enrolled.get(community) ?? [];
        enrolled.set(community, revoked_at === null ? [...ids, id] : ids);
      }
      return enrolled;
    },
    signs: async () => {
      const rows = await db.selectFrom('wall_sign').selectAll().execute();
      return new Map(rows.map(({ wall, heard_at, sound }) => [wall, { heardAt: heard_at, sound }]));
    },
    saveSigns: (signs) =>
      db.transaction().execute(async (trx) => {
        for (const [wall, { heardAt, sound }] of signs) {
          const sign = { heard_at: heardAt, sound };
          await trx
            .insertInto('wall_sign')
            .values({ wall, ...sign })
            .onConflict((conflict) => conflict.column('wall').doUpdateSet(sign))
            .execute();
        }
      }),
    revoke: (wall, community) =>
      db.transaction().execute(async (trx) => {
        const revoked = await trx
          .updateTable('wall')
          .set({ revoked_at: now() })
          .where('id', '=', wall)
          .where('community', '=', community)
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        if (!revoked) return undefined;
        await trx.deleteFrom('wall_sign').where('wall', '=', wall).execute();
        const ended = await trx.deleteFrom('session').where('wall', '=', wall).returning('id_hash').execute();
        return ended.map(({ id_hash }) => id_hash);
      }),
  };
}
