import { expect, test } from 'vitest';
import { influx2, influx3, type Told, withInterface } from '../testing/influx-interfaces.ts';
import type { InfluxProvision } from './backstop.ts';
import { provisionInflux } from './provision-influx.ts';

const now = Date.UTC(2026, 10, 24);
const dayMs = 86_400_000;
const plan = (url: string, more: Partial<InfluxProvision> = {}): InfluxProvision => ({
  ...{ url, database: 'shouwang', token: 'a-token', timeoutMs: 5000, retentions: new Map(), now: () => now },
  ...more,
});
const changes = (told: Told[]) => told.filter(({ what }) => !what.includes('/query')).map(({ what }) => what);
const rules = (days: number) => [{ type: 'expire', everySeconds: days * 86_400 }];

test('on 2.x a bucket is made and mapped, and a second run changes nothing', async () => {
  const server = influx2();
  await withInterface(server, async (url, told) => {
    const first = await provisionInflux(plan(url));
    expect(first.changed).toBe(2);
    expect(first.lines.slice(-3)).toEqual([
      `InfluxDB 2.7.10 at ${url}`,
      'created bucket shouwang of 1095 days',
      'mapped database shouwang to bucket shouwang, its default',
    ]);
    expect(told).toEqual([
      {
        what: 'POST /api/v2/buckets',
        authorization: 'Token a-token',
        body: { orgID: 'org0', name: 'shouwang', retentionRules: rules(1095) },
      },
      {
        what: 'POST /api/v2/dbrps',
        authorization: 'Token a-token',
        body: {
          ...{ orgID: 'org0', database: 'shouwang', bucketID: 'bucket0' },
          ...{ retention_policy: 'backstop', default: true },
        },
      },
    ]);
    const second = await provisionInflux(plan(url));
    expect(second.changed).toBe(0);
    expect(second.lines.slice(-2)).toEqual([
      'bucket shouwang keeps 1095 days already',
      'database shouwang is mapped to bucket shouwang',
    ]);
    expect(told).toHaveLength(2);
  });
});

test('a release of 2.x that maps a bucket by its name is left to do so', async () => {
  await withInterface(influx2({ mapsItself: true }), async (url, told) => {
    expect(await provisionInflux(plan(url))).toMatchObject({ changed: 1 });
    expect(changes(told)).toEqual(['POST /api/v2/buckets']);
    expect(await provisionInflux(plan(url))).toMatchObject({ changed: 0 });
  });
});

test('the bucket that ingest writes, whatever its name, gets the backstop, unless it holds what is older', async () => {
  const server = influx2({ oldest: now - 100 * dayMs });
  server.buckets.set('b7', { id: 'b7', name: 'telemetry', orgID: 'org0', retentionRules: [] });
  server.dbrps.set('m7', { id: 'm7', database: 'shouwang', default: true, bucketID: 'b7' });
  await withInterface(server, async (url, told) => {
    expect(await provisionInflux(plan(url, { keepDays: 99 }))).toEqual({
      changed: 0,
      lines: expect.arrayContaining([expect.stringMatching(/would delete what is stored since 2026-08-16T/)]),
    });
    expect(changes(told)).toEqual([]);
    const { changed, lines } = await provisionInflux(plan(url, { keepDays: 99, dropOlder: true }));
    expect(changed).toBe(1);
    expect(lines).toContain('bucket telemetry keeps 99 days now; before for ever');
    expect(server.buckets.get('b7')).toMatchObject({ retentionRules: rules(99) });
    expect(await provisionInflux(plan(url, { keepDays: 101 }))).toMatchObject({ changed: 1 });
  });
});

test('a bucket of the same name that no database leads to may be that of others', async () => {
  const server = influx2();
  server.buckets.set('b7', { id: 'b7', name: 'shouwang', orgID: 'org0', retentionRules: rules(2000) });
  await withInterface(server, async (url, told) => {
    expect(await provisionInflux(plan(url))).toEqual({
      changed: 0,
      lines: expect.arrayContaining([expect.stringContaining('may delete what others stored in it')]),
    });
    expect(told).toEqual([]);
    expect(await provisionInflux(plan(url, { keepDays: 3000 }))).toMatchObject({ changed: 2 });
  });
});

test('of several organizations one has to be named', async () => {
  await withInterface(influx2({ organizations: ['estate', 'street'] }), async (url, told) => {
    await expect(provisionInflux(plan(url))).rejects.toThrow(
      'the token sees the organizations estate, street: add org=<name>',
    );
    await expect(provisionInflux(plan(url, { organization: 'road' }))).rejects.toThrow(
      'the token sees no organization road, but estate, street',
    );
    await provisionInflux(plan(url, { organization: 'street' }));
    expect(told[0]?.body).toMatchObject({ orgID: 'org1' });
  });
});

test('what 2.x refuses is told in its words', async () => {
  const refuse = (): [number, unknown] => [401, { code: 'unauthorized', message: 'unauthorized access' }];
  const server = influx2();
  const reply: typeof server.reply = (asked) => (asked.url.pathname === '/ping' ? [204] : refuse());
  await withInterface({ ...server, reply }, async (url) => {
    await expect(provisionInflux(plan(url))).rejects.toThrow(
      /refused GET api\/v2\/orgs \(401\): unauthorized access; check STORE_INFLUX_TOKEN/,
    );
  });
});

test('on 3 Core a database is made, and told that nothing is removed class by class', async () => {
  await withInterface(influx3({ tellsPeriods: true }), async (url, told) => {
    const first = await provisionInflux(plan(url));
    expect(first.changed).toBe(1);
    expect(first.lines[0]).toBe('to be kept:');
    expect(first.lines.join('\n')).toContain('InfluxDB 3.8.0 carries out no DELETE');
    expect(told).toEqual([
      {
        what: 'POST /api/v3/configure/database',
        authorization: 'Token a-token',
        body: { db: 'shouwang', retention_period: '1095d' },
      },
    ]);
    const second = await provisionInflux(plan(url));
    expect(second.changed).toBe(0);
    expect(second.lines).toContain('database shouwang keeps 1095 days already');
    expect(told).toHaveLength(1);
  });
});

test.each([
  [true, null, 'keeps for ever'],
  [true, 30, 'keeps 30 days'],
  [false, null, 'does not tell how long it keeps'],
])(
  'of a database of 3 Core that is there (tells %s, %s days) nothing is changed',
  async (tellsPeriods, days, words) => {
    const server = influx3({ tellsPeriods });
    server.databases.set('shouwang', days === null ? null : days * 86_400e9);
    await withInterface(server, async (url, told) => {
      const { changed, lines } = await provisionInflux(plan(url));
      expect([changed, told]).toEqual([0, []]);
      expect(lines.join('\n')).toContain(
        `database shouwang is there and ${words}; 3 Core never changes that.`,
      );
    });
  },
);
