import type { Observation } from '../adapter.ts';
import type { PanelFrame } from './panel-frame.ts';
import type { StatusDraft } from './status-memory.ts';

/** Most bytes that are kept of what cannot be decoded. */
export const maxRawBytes = 512;

/** What a frame is read with that holds something the standard does not know. */
interface UnknownContext {
  panel: string;
  statuses: StatusDraft;
  /** Name of the panel's profile, for whom to ask. */
  profile: string;
  /** Tells a resend from another frame. */
  identity: Pick<Observation, 'origin' | 'near'>;
  /** The profile knows what it is: nobody is asked. */
  isExpected: boolean;
}

/**
 * Keeps a frame of a type or command that the standard leaves to makers, with its bytes. It may carry an alarm, so the
 * first of its type that a panel sends asks a person to look, too.
 */
export function keepUnknown(
  frame: PanelFrame,
  what: string,
  { panel, statuses, profile, identity, isExpected }: UnknownContext,
): { observations: Observation[]; counts: string[] } {
  const unreadable = {
    reason: `${what} is not in GB/T 26875.3`,
    raw: frame.data.subarray(0, maxRawBytes).toString('hex'),
  };
  const kept: Observation = {
    device: panel,
    ...identity,
    body: { type: 'event', kind: 'device-info', code: what, unreadable },
  };
  const isNew = !isExpected && statuses.replace(`${panel} ${what}`, 1) === undefined;
  const question: Observation = {
    device: panel,
    body: {
      type: 'event',
      kind: 'panel-fault',
      code: what,
      text: `主机发来未知报文 ${what}，可能是报警，请向厂家核实 (unknown ${what}, may be an alarm: ask the maker)`,
      unreadable,
    },
  };
  return {
    observations: isNew ? [kept, question] : [kept],
    counts: ['unknown-types', `unknown-${profile}-${what.replaceAll(' ', '-')}`],
  };
}
