import { expect, test } from 'vitest';
import { columnsOf, createCompiledInsert, createCompiledQuery } from './compiled-query.ts';
import { createKysely } from './kysely-sqlite.ts';
import { openSqlite } from './sqlite.ts';

interface Tables {
  person: { id: number; name: string | null };
}

test('a query is built once and runs with the values of each call', async () => {
  const sqlite = openSqlite(':memory:');
  sqlite.exec('CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)');
  const db = createKysely<Tables>(sqlite);
  let built = 0;
  const insert = createCompiledQuery((from: typeof db, row: Tables['person']) => {
    built += 1;
    return from
      .insertInto('person')
      .values(columnsOf(row, ['name', 'id']))
      .returning('id');
  });
  const find = createCompiledQuery((from: typeof db, input: { least: number }) =>
    from.selectFrom('person').selectAll().where('id', '>=', input.least).where('name', 'is not', null),
  );

  expect((await insert(db, { id: 1, name: 'one' })).rows).toEqual([{ id: 1 }]);
  await db.transaction().execute((trx) => insert(trx, { id: 2, name: null }));
  await insert(db, { id: 3, name: 'three' });

  expect(built).toBe(1);
  expect((await find(db, { least: 1 })).rows).toEqual([
    { id: 1, name: 'one' },
    { id: 3, name: 'three' },
  ]);
  expect((await find(db, { least: 2 })).rows).toEqual([{ id: 3, name: 'three' }]);
  await db.destroy();
});

test('an insert of any number of rows is built once for each number and returns in their order', async () => {
  const sqlite = openSqlite(':memory:');
  sqlite.exec('CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)');
  const db = createKysely<Tables>(sqlite);
  const built: number[] = [];
  const insert = createCompiledInsert(['id', 'name'], (from: typeof db, rows: Tables['person'][]) => {
    built.push(rows.length);
    return from.insertInto('person').values(rows).returning('id');
  });
  const people = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: from + index, name: `p${from + index}` }));

  expect(await insert(db, [])).toEqual([]);
  expect(await insert(db, people(1, 2))).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await insert(db, people(3, 2))).toEqual([{ id: 3 }, { id: 4 }]);
  expect((await insert(db, people(5, 130))).map(({ id }) => id)).toEqual(people(5, 130).map(({ id }) => id));

  expect(built).toEqual([2, 64]);
  const rows = await db.selectFrom('person').selectAll().orderBy('id').execute();
  expect(rows).toEqual(people(1, 134));
  await db.destroy();
});
