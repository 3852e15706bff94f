import type { Quantity } from '#contracts/facts/quantities.ts';
import type { Observation } from '../server/fhir/observation.ts';
import { otherRelative } from './test-community.ts';
import type { TestDashboard } from './test-dashboard.ts';

/** Noon of the test's day in UTC+8, epoch ms. */
export const noon = Date.parse('2026-11-24T04:00:00Z');

export type Parameters = Record<string, string | string[]>;

/** Asks a dashboard as another system would, by default as the second elder's relative, who may see everything. */
export function createFhirClient(dashboard: () => TestDashboard) {
  /** What the second elder's watch measured; she shares everything with her relative. */
  function measure(
    quantity: Quantity,
    values: [ms: number, value: number, plausible?: boolean][],
    watch = 'c1-watch-2',
  ) {
    const readings = values.map(([ms, value, plausible = true]) => ({
      at: noon - 3_600_000 + ms,
      value,
      unit: '',
      plausible,
      late: false,
    }));
    dashboard().readings.set(`${watch} ${quantity}`, readings);
  }

  async function search(given: Parameters = {}, as = otherRelative) {
    const parameters: Parameters = { subject: 'Patient/c1.c1-r2', date: 'ge2026-11-24', ...given };
    const query = new URLSearchParams(
      Object.entries(parameters).flatMap(([name, values]) =>
        [values].flat().map((value): [string, string] => [name, value]),
      ),
    );
    return follow(`/api/fhir/Observation?${query}`, as);
  }

  async function follow(url: string, as = otherRelative) {
    const headers = { cookie: await dashboard().signIn(as) };
    const response = await dashboard().app.inject({ url, headers });
    const body = response.json();
    return {
      status: response.statusCode,
      type: response.headers['content-type'],
      body,
      resources: (body.entry ?? []).map(
        ({ resource }: { resource: Observation }) => resource,
      ) as Observation[],
      next: body.link?.find(({ relation }: { relation: string }) => relation === 'next')?.url as
        | string
        | undefined,
    };
  }

  const audited = () =>
    dashboard()
      .db.selectFrom('audit')
      .select(['person', 'object', 'outcome'])
      .where('action', '=', 'fhir.read')
      .execute();
  return { measure, search, follow, audited };
}
