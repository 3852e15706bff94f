import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Transaction,
} from 'kysely';
import { GenericSqliteDriver, type IGenericSqlite, parseBigInt } from 'kysely-generic-sqlite';

/** Transactions take the write lock at once; see `transaction` in sqlite.ts for why. */
class ImmediateDriver extends GenericSqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** Most prepared statements kept for their next use; beyond it the one unused longest is let go. */
const maxStatementsKept = 200;

interface Prepared {
  statement: StatementSync;
  hasRows: boolean;
}

/** Prepares each text once: preparing takes longer than most statements take to run. */
function createPreparer(db: DatabaseSync): (sql: string) => Prepared {
  const kept = new Map<string, Prepared>();
  return (sql) => {
    let prepared = kept.get(sql);
    if (prepared) {
      kept.delete(sql);
    } else {
      const statement = db.prepare(sql);
      prepared = { statement, hasRows: statement.columns().length > 0 };
      const [oldest] = kept.keys();
      if (oldest !== undefined && kept.size >= maxStatementsKept) kept.delete(oldest);
    }
    kept.set(sql, prepared);
    return prepared;
  };
}

function executorOf(db: DatabaseSync): IGenericSqlite<DatabaseSync> {
  const prepare = createPreparer(db);
  return {
    db,
    query: (_isSelect, sql, parameters) => {
      const { statement, hasRows } = prepare(sql);
      const values = (parameters ?? []) as SQLInputValue[];
      if (hasRows) return { rows: statement.all(...values) };
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

/** Runs work in a transaction: in the one in hand, where `db` is one, else in one of its own. */
export function inTransaction<Tables, T>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return db.isTransaction ? work(db as Transaction<Tables>) : db.transaction().execute(work);
}
