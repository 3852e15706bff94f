import { type Static, Type } from 'typebox';
import { IncidentId, WarningId } from './facts/identifiers.ts';
import { WarningKind } from './facts/incident-kinds.ts';
import { Level } from './facts/levels.ts';
import { objectOf } from './schema.ts';
import { Timestamp } from './time.ts';

/** `…/warning/{warning}`, retained until cleared: for sirens, flows and to wake dispatch; nothing personal. */
export const WarningNotice = objectOf(
  {
    schemaVersion: Type.Literal(1),
    id: WarningId,
    kind: WarningKind,
    level: Level,
    building: Type.Optional(Type.String({ maxLength: 48 })),
    raisedAt: Timestamp,
    state: Type.Enum(['active', 'cleared']),
  },
  'keep',
);
export type WarningNotice = Static<typeof WarningNotice>;

/** `…/incident/{incident}`, not retained: wakes the readers of the incident log; nothing personal. */
export const IncidentNotice = objectOf(
  {
    schemaVersion: Type.Literal(1),
    id: IncidentId,
    /** Sequence of the incident log up to which there is something to read. */
    change: Type.Integer({ minimum: 1 }),
  },
  'keep',
);
export type IncidentNotice = Static<typeof IncidentNotice>;

export const exampleWarningNotice: WarningNotice = {
  schemaVersion: 1,
  id: 'w-0123456789abcdef01234567',
  kind: 'sos',
  level: 'red',
  building: 'b1',
  raisedAt: '2026-11-24T01:15:01.210Z',
  state: 'active',
};

export const exampleIncidentNotice: IncidentNotice = {
  schemaVersion: 1,
  id: 'i-0b6d1f5e-6a0d-4a8e-9a53-0d6a3f1f7f10',
  change: 4211,
};
