import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFhirClient, noon, type Parameters } from '../../testing/fhir-client.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { readingsAtOnce } from './search-observations.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  dashboard.clock.now = noon;
});
afterEach(() => dashboard.close());
const { measure, search, follow } = createFhirClient(() => dashboard);

test.each<[string[], number[]]>([
  [['ge2026-11-24T11:00:01+08:00'], [1, 2]],
  [['gt2026-11-24T03:00:01Z'], [2]],
  [
    ['ge2026-11-24', 'le2026-11-24T03:00:01Z'],
    [0, 1],
  ],
  [['ge2026-11-24', 'lt2026-11-24T03:00:01Z'], [0]],
  [['2026-11-24T03:00:01Z'], [1]],
  [['eq2026-11-24'], [0, 1, 2]],
  [['ge2026-11-23', 'lt2026-11-24'], []],
  [['gt2026-11-23'], [0, 1, 2]],
])('%j takes in what it says', async (date, expected) => {
  measure('heart-rate', [
    [0, 60],
    [1000, 61],
    [2000, 62],
  ]);
  const { resources } = await search({ date, code: '8867-4' });
  expect(resources.map(({ valueQuantity }) => (valueQuantity?.value ?? 0) - 60)).toEqual(expected);
});

test('what a watch measured on who wore it before is not found', async () => {
  measure('heart-rate', [
    [0, 60],
    [1000, 61],
    [2000, 62],
  ]);
  await dashboard.db
    .updateTable('device')
    .set({ resident_since: noon - 3_600_000 + 1000 })
    .where('id', '=', 'c1-watch-2')
    .execute();
  await dashboard.refreshRegistry();
  const values = async (parameters: Parameters) =>
    (await search({ code: '8867-4', ...parameters })).resources.map((found) => found.valueQuantity?.value);
  expect(await values({})).toEqual([61, 62]);
  expect(await values({ date: ['ge2026-11-24', 'lt2026-11-24T03:00:01Z'] })).toEqual([]);
});

async function readToTheEnd(parameters: Parameters): Promise<{ values: string[]; pages: number }> {
  let page = await search(parameters);
  const read = [...page.resources];
  let pages = 1;
  while (page.next) {
    page = await follow(page.next);
    read.push(...page.resources);
    pages++;
  }
  expect(new Set(read.map(({ id }) => id)).size).toBe(read.length);
  return {
    values: read.map(({ code, valueQuantity }) => `${code.coding[0]?.code} ${valueQuantity?.value}`),
    pages,
  };
}

test('pages follow one another in order of time, none told twice and none left out', async () => {
  // Several of one instant, of one sign and of two, so that pages begin within it.
  measure(
    'heart-rate',
    [0, 0, 0, 5, 6].map((ms, index) => [ms, 60 + index]),
  );
  measure('body-temperature', [
    [0, 36],
    [5, 37],
  ]);
  const expected = [
    ...['8867-4 60', '8867-4 61', '8867-4 62', '8310-5 36'],
    ...['8867-4 63', '8310-5 37', '8867-4 64'],
  ];
  for (const count of [1, 2, 3, 4, 500]) {
    const { values, pages } = await readToTheEnd({ _count: String(count) });
    expect(values).toEqual(expected);
    expect(pages).toBe(Math.ceil(expected.length / count));
  }
});

test('signs of which one is read in several goes still come in order of time, to the end', async () => {
  const many = Array.from({ length: readingsAtOnce + 500 }, (_, index) => index);
  measure(
    'heart-rate',
    many.map((index) => [index, 60]),
  );
  measure('steps', [[readingsAtOnce + 200, 7]]);
  const { values } = await readToTheEnd({ _count: '500' });
  expect(values).toHaveLength(many.length + 1);
  expect(values[readingsAtOnce + 201]).toBe('55423-8 7');
});
