import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { GenericSqliteDriver, type IGenericSqlite, parseBigInt } from 'kysely-generic-sqlite';

/** Transactions take the write lock at once; see `transaction` in sqlite.ts for why. */
class ImmediateDriver extends GenericSqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

function executorOf(db: DatabaseSync): IGenericSqlite<DatabaseSync> {
  return {
    db,
    query: (_isSelect, sql, parameters) => {
      const statement = db.prepare(sql);
      const values = (parameters ?? []) as SQLInputValue[];
      if (statement.columns().length > 0) return { rows: statement.all(...values) };
      const { changes, lastInsertRowid } = statement.run(...values);
      return {
        rows: [],
        insertId: parseBigInt(lastInsertRowid),
        numAffectedRows: parseBigInt(changes),
      };
    },
    iterator: (_isSelect, sql, parameters) =>
      db.prepare(sql).iterate(...((parameters ?? []) as SQLInputValue[])) as IterableIterator<never>,
    close: () => db.close(),
  };
}

/**
 * Speaks Kysely over an open SQLite file; destroying it closes the file.
 *
 * @param use `read` for a file opened read-only, whose transactions may take no write lock.
 */
export function createKysely<Tables>(db: DatabaseSync, use: 'write' | 'read' = 'write'): Kysely<Tables> {
  const Driver = use === 'write' ? ImmediateDriver : GenericSqliteDriver;
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new Driver(() => executorOf(db)),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  return new Kysely<Tables>({ dialect });
}
