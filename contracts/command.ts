import { type Static, Type } from 'typebox';
import { DeviceAddress, Session } from './identifiers.ts';
import { objectOf } from './record-body.ts';
import { Timestamp } from './time.ts';

/** Longest life of a command; a gateway refuses an older one by the platform time carried in acks. */
export const maxCommandTtlMs = 30_000;

/** `…/command`: one act asked of one device; never retained, refused in another session. */
export const Command = objectOf({
  schemaVersion: Type.Literal(1),
  id: Type.String({ pattern: '^c-[0-9a-f-]{36}$' }),
  session: Session,
  device: DeviceAddress,
  action: Type.Enum(['open-door', 'lock-door', 'start-siren', 'stop-siren', 'locate', 'request-state']),
  issuedAt: Timestamp,
  ttlMs: Type.Integer({ minimum: 1, maximum: maxCommandTtlMs }),
});
export type Command = Static<typeof Command>;

export const exampleCommand: Command = {
  schemaVersion: 1,
  id: 'c-0b6d1f5e-6a0d-4a8e-9a53-0d6a3f1f7f10',
  session: '0123456789abcdef',
  device: 'hikvision-isapi:c0517eaabbcc/1',
  action: 'open-door',
  issuedAt: '2026-11-24T01:15:00.000Z',
  ttlMs: 10_000,
};
