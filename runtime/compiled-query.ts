import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';

/** Stands in a query for a value that is bound when the query runs. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Stands in an INSERT for a column of one of its rows. */
class RowParameter {
  readonly row: number;
  readonly column: string;

  constructor(row: number, column: string) {
    this.row = row;
    this.column = column;
  }
}

/**
 * A query that is built and compiled once, at its first use. Building one anew costs Kysely about ten times what SQLite
 * needs to run it, so statements that an alarm waits for are compiled once.
 *
 * @param build Builds the query; it must put each value of `input` into the query unread, since it sees no real ones.
 */
export function createCompiledQuery<Tables, Input extends object, Row>(
  build: (db: Kysely<Tables>, input: Input) => Compilable<Row>,
): (db: Kysely<Tables>, input: Input) => Promise<QueryResult<Row>> {
  let compiled: CompiledQuery<Row> | undefined;
  return (db, input) => {
    compiled ??= build(db, parametersOf<Input>()).compile();
    const values = input as Record<string, unknown>;
    const parameters = compiled.parameters.map((value) =>
      value instanceof Parameter ? values[value.name] : value,
    );
    return db.executeQuery({ ...compiled, parameters });
  };
}

/**
 * A query for the rows of a list of ids, compiled once for a list of one, which is what a page that is notified of a change
 * asks; a longer list is built anew.
 *
 * @param build As for `createCompiledQuery`. @returns No rows for an empty list.
 */
export function createCompiledLookup<Tables, Row>(
  build: (db: Kysely<Tables>, ids: readonly string[]) => Compilable<Row>,
): (db: Kysely<Tables>, ids: readonly string[]) => Promise<Row[]> {
  const ofOne = createCompiledQuery((db: Kysely<Tables>, { id }: { id: string }) => build(db, [id]));
  return async (db, ids) => {
    const [id] = ids;
    if (id === undefined) return [];
    if (ids.length === 1) return (await ofOne(db, { id })).rows;
    return (await db.executeQuery(build(db, ids).compile())).rows;
  };
}

/** Most rows of one compiled INSERT; each number of rows up to it is a statement of its own. */
const maxRowsAtOnce = 64;

/**
 * An INSERT of any number of rows, compiled once for each number that occurs, at most 64 rows a statement.
 *
 * @param build Builds the INSERT of rows whose columns are those named.
 * @returns What the statements returned, in the order of the rows.
 */
export function createCompiledInsert<Tables, Row extends object, Returned>(
  columns: readonly (keyof Row & string)[],
  build: (db: Kysely<Tables>, rows: Row[]) => Compilable<Returned>,
): (db: Kysely<Tables>, rows: readonly Row[]) => Promise<Returned[]> {
  const compiled = new Map<number, CompiledQuery<Returned>>();
  const compileFor = (db: Kysely<Tables>, count: number) => {
    const rowOf = (index: number) =>
      Object.fromEntries(columns.map((column) => [column, new RowParameter(index, column)])) as Row;
    const query = build(
      db,
      Array.from({ length: count }, (_, index) => rowOf(index)),
    ).compile();
    compiled.set(count, query);
    return query;
  };
  return async (db, rows) => {
    const returned: Returned[] = [];
    for (let first = 0; first < rows.length; first += maxRowsAtOnce) {
      const some = rows.slice(first, first + maxRowsAtOnce) as Record<string, unknown>[];
      const query = compiled.get(some.length) ?? compileFor(db, some.length);
      const parameters = query.parameters.map((value) =>
        value instanceof RowParameter ? some[value.row]?.[value.column] : value,
      );
      returned.push(...(await db.executeQuery<Returned>({ ...query, parameters })).rows);
    }
    return returned;
  };
}

/** Has a parameter for every name. */
function parametersOf<Input extends object>(): Input {
  return new Proxy({}, { get: (_target, name) => new Parameter(String(name)) }) as Input;
}

/** A row of the named columns, to be inserted or set by a compiled query. */
export function columnsOf<Row extends object, Name extends keyof Row>(
  row: Row,
  names: readonly Name[],
): Pick<Row, Name> {
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<Row, Name>;
}
