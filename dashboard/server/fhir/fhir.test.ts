import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Quantity } from '#contracts/facts/quantities.ts';
import { applyPlan } from '#registry/apply-plan.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { createFhirClient, noon, type Parameters } from '../../testing/fhir-client.ts';
import { manager, otherRelative, planOf, relative, responder, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { createAccount } from '../identity/accounts.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  dashboard.clock.now = noon;
});
afterEach(() => dashboard.close());

const { measure, search, audited } = createFhirClient(() => dashboard);
const ucum = 'http://unitsofmeasure.org';
const vitalSigns = [
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
];

test('a heart rate is a resource as the vital signs profile of FHIR R4 has it, of a pseudonym and no name', async () => {
  measure('heart-rate', [[0, 72]]);
  const { status, type, body, resources } = await search({ code: '8867-4' });
  expect([status, type]).toEqual([200, 'application/fhir+json; charset=utf-8']);
  expect(body).toMatchObject({ resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'self' }] });
  expect(resources).toEqual([
    {
      resourceType: 'Observation',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
      meta: { profile: ['http://hl7.org/fhir/StructureDefinition/heartrate'] },
      status: 'final',
      category: vitalSigns,
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }] },
      subject: { reference: 'Patient/c1.c1-r2' },
      device: { reference: 'Device/c1.c1-watch-2' },
      effectiveDateTime: '2026-11-24T03:00:00.000Z',
      valueQuantity: { value: 72, unit: 'beats/minute', system: ucum, code: '/min' },
    },
  ]);
  expect(body.entry[0]).toMatchObject({ fullUrl: `urn:uuid:${resources[0]?.id}`, search: { mode: 'match' } });
});

const facts: [Quantity, string, string[], string, string | undefined][] = [
  ['heart-rate', '8867-4', ['8867-4'], '/min', 'heartrate'],
  ['oxygen-saturation', '59408-5', ['2708-6', '59408-5'], '%', 'oxygensat'],
  ['oxygen-saturation', '2708-6', ['2708-6', '59408-5'], '%', 'oxygensat'],
  ['body-temperature', '8310-5', ['8310-5'], 'Cel', 'bodytemp'],
  ['steps', '55423-8', ['55423-8'], '{steps}', undefined],
];
test.each(facts)('%s asked for by %s carries %j in %s', async (quantity, asked, codes, unit, profile) => {
  measure(quantity, [[0, 36]]);
  const [resource] = (await search({ code: asked })).resources;
  expect(resource?.code.coding.map(({ code }) => code)).toEqual(codes);
  expect(resource?.valueQuantity).toMatchObject({ value: 36, system: ucum, code: unit });
  expect(resource?.meta?.profile).toEqual(profile && [`http://hl7.org/fhir/StructureDefinition/${profile}`]);
  const category = resource?.category[0]?.coding[0]?.code;
  expect(category).toBe(profile ? 'vital-signs' : 'activity');
});

test('blood pressure is one resource with two components; of a part that is missing the reason is told', async () => {
  measure('blood-pressure-systolic', [
    [0, 128],
    [60_000, 131],
  ]);
  measure('blood-pressure-diastolic', [[0, 81]]);
  const { resources } = await search({ code: 'http://loinc.org|85354-9' });
  const part = (code: string, value: number | undefined) =>
    expect.objectContaining({
      code: { coding: [expect.objectContaining({ system: 'http://loinc.org', code })] },
      ...(value === undefined
        ? {
            dataAbsentReason: {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' },
              ],
            },
          }
        : { valueQuantity: { value, unit: 'mmHg', system: ucum, code: 'mm[Hg]' } }),
    });
  expect(resources.map(({ component }) => component)).toEqual([
    [part('8480-6', 128), part('8462-4', 81)],
    [part('8480-6', 131), part('8462-4', undefined)],
  ]);
  expect(resources.every(({ valueQuantity }) => valueQuantity === undefined)).toBe(true);
  expect(resources[0]?.code.coding[0]?.code).toBe('85354-9');
});

test('what no sensor can mean is not told', async () => {
  measure('heart-rate', [
    [0, 72],
    [1000, 999, false],
  ]);
  expect((await search({ code: '8867-4' })).resources).toHaveLength(1);
});

describe('what is shared', () => {
  const asking = { subject: 'Patient/c1.c1-r1' };
  beforeEach(() => {
    measure('heart-rate', [[0, 72]], 'c1-watch');
    measure('steps', [[0, 500]], 'c1-watch');
  });

  test('is told where no code is given, and the rest left out', async () => {
    const { resources } = await search(asking, relative);
    expect(resources.map(({ code }) => code.coding[0]?.code)).toEqual(['55423-8']);
    expect((await audited()).at(-1)).toEqual({
      person: 'c1-relative',
      object: 'c1-r1/55423-8',
      outcome: 'done',
    });
  });

  test.each([
    ['a sign that is not shared', relative, { ...asking, code: '8867-4' }],
    ['one that is and one that is not', relative, { ...asking, code: '55423-8,8867-4' }],
    ['an elder who shares nothing with them', otherRelative, asking],
    ['an elder of another community', relative, { subject: 'Patient/c2.c2-r1' }],
    ['an elder who does not exist', relative, { subject: 'Patient/nobody' }],
    ['a guard, who sees no vitals', staff, asking],
    ['a manager, who sees none either', manager, asking],
    ['a responder without an incident', responder, asking],
  ])('%s: not found, and the audit log knows of it', async (_what, account, parameters) => {
    const { status, type, body } = await search(parameters, account);
    expect([status, type]).toEqual([404, 'application/fhir+json; charset=utf-8']);
    expect(body).toEqual({
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'error',
          code: 'not-found',
          details: { text: 'DASHBOARD_NOT_FOUND' },
          diagnostics: expect.stringContaining('not found'),
        },
      ],
    });
    expect((await audited()).map(({ outcome }) => outcome)).toEqual(['DASHBOARD_NOT_FOUND']);
  });

  test('is told no longer from the moment the elder withdraws it, in the same session', async () => {
    measure('heart-rate', [[0, 72]]);
    const headers = { cookie: await dashboard.signIn(otherRelative) };
    const url = '/api/fhir/Observation?subject=Patient/c1.c1-r2&date=ge2026-11-24&code=8867-4';
    const ask = async () => (await dashboard.app.inject({ url, headers })).statusCode;
    expect(await ask()).toBe(200);
    const own = dashboard.db.updateTable('consent').where('person', '=', 'c1-relative-2');
    await own.set({ classes: 'alarms,activity' }).execute();
    await dashboard.refreshRegistry();
    expect(await ask()).toBe(404);
    await dashboard.db.deleteFrom('consent').where('person', '=', 'c1-relative-2').execute();
    await dashboard.refreshRegistry();
    // Who follows nobody any more is nobody here: their session holds no longer.
    expect(await ask()).toBe(401);
  });
});

test.each<[string, Parameters, string]>([
  ['no beginning', { date: 'le2026-11-24' }, '/date needs a beginning'],
  ['too many days', { date: ['ge2026-01-01', 'le2026-11-24'] }, '/date spans more than 92 days'],
  ['a day that is none', { date: 'ge2026-02-30' }, '/date 2026-02-30 is no day'],
  ['an hour that is none', { date: 'ge2026-11-24T25:00:00Z' }, '/date'],
  ['a subject that is no patient', { subject: 'Group/c1-r2' }, '/subject'],
  ['a code that is none', { code: 'heart-rate' }, '/code'],
  ['too many at once', { _count: '501' }, '/_count'],
  ['a parameter that is not known', { patient: 'c1-r2' }, ''],
])('%s is refused with an OperationOutcome that says why', async (_what, parameters, words) => {
  const { status, body } = await search(parameters);
  expect(status).toBe(400);
  expect(body).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'invalid' }] });
  expect(body.issue[0].diagnostics).toContain(words);
});

test('who is not signed in is told so as an OperationOutcome', async () => {
  const response = await dashboard.app.inject({
    url: '/api/fhir/Observation?subject=Patient/c1.c1-r2&date=ge2026-11-24',
  });
  expect([response.statusCode, response.json().issue[0].code]).toEqual([401, 'login']);
});

test('without a store there is an OperationOutcome too, and a time after which to ask again', async () => {
  dashboard.readings.get = () => {
    throw new Error('InfluxDB is away');
  };
  const { status, body } = await search();
  expect([status, body.issue[0].code, body.issue[0].details.text]).toEqual([
    503,
    'transient',
    'DASHBOARD_STORE_UNAVAILABLE',
  ]);
});

test('elders of two communities with the same id are two patients, and each is asked for in their own alone', async () => {
  const db = dashboard.db as unknown as Kysely<RegistryTables>;
  await applyPlan(db, { ...planOf('c1'), community: { id: 'c3', nameZh: '三号', nameEn: 'Three' } });
  const theirRelative = { login: 'jiashu-3', password: 'a long password of kin elsewhere' };
  await createAccount(db, { ...theirRelative, community: 'c3', person: 'c1-relative-2' });
  await dashboard.refreshRegistry();
  measure('heart-rate', [[0, 72]]);
  const ours = await search({ subject: 'Patient/c1.c1-r2', code: '8867-4' });
  const theirs = await search({ subject: 'Patient/c3.c1-r2', code: '8867-4' }, theirRelative);
  expect(
    [ours, theirs].map(({ resources: [one] }) => [one?.subject.reference, one?.device.reference]),
  ).toEqual([
    ['Patient/c1.c1-r2', 'Device/c1.c1-watch-2'],
    ['Patient/c3.c1-r2', 'Device/c3.c1-watch-2'],
  ]);
  expect(ours.resources[0]?.id).not.toBe(theirs.resources[0]?.id);
  expect((await search({ subject: 'Patient/c3.c1-r2' })).status).toBe(404);
  expect((await search({ subject: 'Patient/c1.c1-r2' }, theirRelative)).status).toBe(404);
  expect((await search({ subject: 'Patient/c1-r2' })).status).toBe(404);
});
