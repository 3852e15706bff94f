import { createBoundedMap } from '#runtime/bounded-map.ts';

/** Most senders whose terminals are remembered; a forgotten one is met as new. */
const maxSenders = 5000;

/** Says that there is no telling which of several terminals behind one address it was. */
const several = '';

/** Which terminals post from which addresses. */
export interface Senders {
  /** A terminal's message came from this address and was read. */
  markSeen(sender: string, terminal: string): void;
  /** The only terminal that was heard from this address, else the address itself. */
  terminalBehind(sender: string): string;
}

/** Creates an empty memory; it begins anew with the agent. */
export function createSenders(): Senders {
  const terminals = createBoundedMap<string, string>(maxSenders);
  return {
    markSeen: (sender, terminal) => {
      const before = terminals.get(sender) ?? terminal;
      terminals.set(sender, before === terminal ? terminal : several);
    },
    terminalBehind: (sender) =>
      terminals.get(sender) || sender.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 60) || 'unknown',
  };
}
