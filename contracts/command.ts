import { type Static, Type } from 'typebox';
import { deviceActions } from './facts/device-classes.ts';
import { CommandId, DeviceAddress, Session } from './facts/identifiers.ts';
import { objectOf } from './schema.ts';
import { Timestamp } from './time.ts';

/** Longest life of a command; a gateway refuses an older one by the platform time carried in acks. */
export const maxCommandTtlMs = 30_000;

/** Marked as pure, so that a page that needs none of the schemas here does not load TypeBox. */
const commandActions = /* @__PURE__ */ (() => [...deviceActions, 'locate', 'request-state'] as const)();

/** What a gateway may be asked for. */
export const CommandAction = Type.Enum(commandActions);
export type CommandAction = Static<typeof CommandAction>;

/** `…/command`: one act asked of one device; never retained, refused in another session. */
export const Command = objectOf({
  schemaVersion: Type.Literal(1),
  id: CommandId,
  session: Session,
  device: DeviceAddress,
  action: CommandAction,
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

/** Why a command was not carried out, or why it is not known; stable codes that pages put into words. */
export const commandReasons = [
  'another-session',
  'too-old',
  'clock-unknown',
  'device-unknown',
  'action-unknown',
  'too-many',
  'device-unreachable',
  'device-refused-sign-in',
  'device-refused',
  'device-silent',
  'agent-restarted',
  'no-answer',
] as const;
export type CommandReason = (typeof commandReasons)[number];

/**
 * How far a command is known to have come. `expired` was not carried out in its time, or nobody said so;
 * `unknown` may have been carried out.
 */
export const commandStates = ['sent', 'received', 'done', 'failed', 'expired', 'unknown'] as const;
export type CommandState = (typeof commandStates)[number];

/** A command as pages show it, with who asked for it and why. Times are epoch ms. */
export interface CommandView {
  id: string;
  community: string;
  /** Device id of the registry. */
  device: string;
  action: CommandAction;
  actor: string;
  actorName: string;
  /** In the words of whoever asked. */
  reason: string;
  state: CommandState;
  /** One of `commandReasons`, or a newer gateway's own. */
  because?: string;
  issuedAt: number;
  changedAt: number;
  /** Rises with every change of the command. */
  version: number;
}

/** Reads the commands of a community. */
export interface CommandReader {
  /** The newest `limit`, newest first. */
  latest(community: string, limit: number): Promise<CommandView[]>;
}

/** Most commands that pages are shown. */
export const maxCommandsShown = 20;
