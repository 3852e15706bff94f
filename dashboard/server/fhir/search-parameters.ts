import { type Static, Type } from 'typebox';
import { dayAfter, isDay, startOfDate } from '#runtime/local-days.ts';
import { DashboardError } from '../../errors.ts';
import { type ObservedSign, observedSigns } from './observed-signs.ts';

/** Most days of one search. */
export const maxSearchDays = 92;
/** Most resources of one page, and how many where nothing is said. */
export const maxCount = 500;
const defaultCount = 100;
const dayMs = 86_400_000;

const FhirDate = Type.String({
  pattern:
    '^(ge|gt|le|lt|eq)?\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?(Z|[+-]\\d{2}:\\d{2}))?$',
});

/** Search parameters that are known; any other is refused, since to leave one out would answer more than was asked. */
export const ObservationSearch = Type.Object(
  {
    subject: Type.String({
      pattern: '^Patient/[A-Za-z0-9.-]{1,64}$',
      description: 'Patient/{community}.{pseudonym of the resident}.',
    }),
    code: Type.Optional(
      Type.String({
        pattern:
          '^((http://loinc\\.org)?\\|)?[0-9]{1,7}-[0-9](,((http://loinc\\.org)?\\|)?[0-9]{1,7}-[0-9])*$',
        description:
          'LOINC codes by comma, each with or without http://loinc.org|; none asks for all that is shared.',
      }),
    ),
    date: Type.Union([FhirDate, Type.Array(FhirDate, { minItems: 1, maxItems: 4 })], {
      description: `ge, gt, le, lt or eq with a day of the community or an instant; a beginning is needed, and ${maxSearchDays} days are the most.`,
    }),
    _count: Type.Optional(Type.Integer({ minimum: 1, maximum: maxCount, default: defaultCount })),
    _format: Type.Optional(Type.Enum(['json', 'application/json', 'application/fhir+json'])),
    page: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,15}\\.[0-9]{1,7}$',
        description: 'Where the next page begins; taken from the link of the page before.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ObservationSearch = Static<typeof ObservationSearch>;

/** A search as it is carried out: `from` ≤ at < `to`, epoch ms. */
export interface Search {
  /** Id of the Patient who is asked for. */
  patient: string;
  signs: ObservedSign[];
  from: number;
  to: number;
  count: number;
  /** Resources of the instant `from` that earlier pages have told. */
  told: number;
}

/**
 * Reads the parameters of a search.
 *
 * @throws {DashboardError} `DASHBOARD_REQUEST_INVALID` for dates that are none, have no beginning, or are too far apart.
 */
export function readSearch(given: ObservationSearch, options: { timezone: string; now: number }): Search {
  const dates = [given.date].flat().map((date) => spanOf(date, options.timezone));
  const from = Math.max(...dates.map(({ from = Number.NEGATIVE_INFINITY }) => from));
  const to = Math.min(...dates.map(({ to = options.now + 1 }) => to));
  if (!Number.isFinite(from)) refuse('needs a beginning: ge, gt or eq');
  if (to - from > maxSearchDays * dayMs) refuse(`spans more than ${maxSearchDays} days`);
  const [at = from, told = 0] = given.page?.split('.').map(Number) ?? [];
  const isLater = at > from;
  return {
    patient: given.subject.slice('Patient/'.length),
    signs: signsOf(given.code),
    from: isLater ? at : from,
    to,
    count: given._count ?? defaultCount,
    told: isLater || at === from ? told : 0,
  };
}

function signsOf(code: string | undefined): ObservedSign[] {
  if (code === undefined) return [...observedSigns];
  const asked = new Set(code.split(',').map((token) => token.split('|').at(-1)));
  return observedSigns.filter(({ codes }) => codes.some((one) => asked.has(one.code)));
}

/** The time a date parameter leaves: a day or a second is an interval, which `ge` takes in and `gt` leaves out. */
function spanOf(date: string, timezone: string): { from?: number; to?: number } {
  const [, prefix = 'eq', value = ''] = /^([a-z]{2})?(.+)$/.exec(date) ?? [];
  const { start, end } = intervalOf(value, timezone);
  switch (prefix) {
    case 'ge':
      return { from: start };
    case 'gt':
      return { from: end };
    case 'le':
      return { to: end };
    case 'lt':
      return { to: start };
    default:
      return { from: start, to: end };
  }
}

function intervalOf(value: string, timezone: string): { start: number; end: number } {
  const day = value.slice(0, 10);
  if (!isDay(day)) refuse(`${value} is no day`);
  if (value.length === 10) {
    return { start: startOfDate(timezone, day), end: startOfDate(timezone, dayAfter(day)) };
  }
  const start = Date.parse(value);
  if (Number.isNaN(start)) refuse(`${value} is no instant`);
  return { start, end: start + (value.includes('.') ? 1 : 1000) };
}

function refuse(why: string): never {
  throw new DashboardError('DASHBOARD_REQUEST_INVALID', `querystring /date ${why}`, { path: '/date' });
}
