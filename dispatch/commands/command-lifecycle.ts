import type { CommandState } from '#contracts/command.ts';

/** What happens to a command: the gateway's report, or none in time. */
export type CommandHappening = Exclude<CommandState, 'sent'> | 'silence';

/**
 * Where a command goes from a state. What we concluded from silence gives way to the gateway's own word, which
 * may come hours later; that report, once received, is final (`isAnswered`).
 */
export function nextCommandState(
  { state, isAnswered }: { state: CommandState; isAnswered: boolean },
  happening: CommandHappening,
): CommandState | undefined {
  if (isAnswered) return undefined;
  const isOpen = state === 'sent' || state === 'received';
  if (happening === 'silence') {
    if (!isOpen) return undefined;
    // A gateway that took it may have carried it out.
    return state === 'sent' ? 'expired' : 'unknown';
  }
  if (happening === 'received') {
    if (state === 'sent') return 'received';
    return state === 'expired' ? 'unknown' : undefined;
  }
  return happening;
}
