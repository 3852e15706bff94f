import { expect, test } from 'vitest';
import { openTestDispatch } from '../testing/open-test-dispatch.ts';
import { incidentColumns, notificationColumns, timelineColumns, warningColumns } from './columns.ts';

test.each([
  ['incident', incidentColumns],
  ['timeline', timelineColumns],
  ['notification', notificationColumns],
  ['incident_warning', warningColumns],
])('queries that are built once write every column of %s', async (table, columns) => {
  const { database } = await openTestDispatch();
  const tables = await database.db.introspection.getTables();
  const inFile = tables.find(({ name }) => name === table)?.columns.map(({ name }) => name);
  expect([...columns].sort()).toEqual(inFile?.sort());
});
