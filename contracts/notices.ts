import { type Static, Type } from 'typebox';
import { WarningId } from './facts/identifiers.ts';
import { WarningKind } from './facts/incident-kinds.ts';
import { Level } from './facts/levels.ts';
import { objectOf } from './schema.ts';
import { Timestamp } from './time.ts';

/** `…/warning/{warning}`, retained until cleared: for sirens and flows; nothing personal. */
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

export const exampleWarningNotice: WarningNotice = {
  schemaVersion: 1,
  id: 'w-0123456789abcdef01234567',
  kind: 'sos',
  level: 'red',
  building: 'b1',
  raisedAt: '2026-11-24T01:15:01.210Z',
  state: 'active',
};
