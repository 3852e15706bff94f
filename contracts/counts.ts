import { type Static, Type } from 'typebox';
import { ExportQuery } from './export.ts';
import { objectOf } from './schema.ts';

const Name = Type.Optional(Type.String({ minLength: 1, maxLength: 64 }));

/** `GET /api/counts`: what is counted, by what, in which days of the community, the last one included. */
export const CountsQuery = objectOf({
  of: Type.Enum(['incidents', 'events']),
  /** Events are counted by `kind` and `level` alone: they name no building. */
  by: Type.Enum(['building', 'kind', 'level']),
  from: ExportQuery.properties.from,
  to: ExportQuery.properties.to,
  building: Name,
  kind: Name,
  level: Name,
});
export type CountsQuery = Static<typeof CountsQuery>;

/** Counts, the highest first; one without a name is of what bears none. */
export const Counts = objectOf({
  counts: Type.Array(objectOf({ name: Type.Optional(Type.String()), count: Type.Integer({ minimum: 1 }) })),
});
export type Counts = Static<typeof Counts>;
