import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { NoiseCounts, NoiseTarget, SenderName } from './senders.ts';

/** A noisy process. */
export interface RunningSender {
  name: SenderName;
  /** Ends it. @returns What it did. */
  stop(): Promise<NoiseCounts>;
}

/** Starts a noisy process; settles once it is noisy. */
export async function startSender(name: SenderName, target: NoiseTarget): Promise<RunningSender> {
  const file = join(import.meta.dirname, 'sender.main.ts');
  const child: ChildProcess = fork(file, [JSON.stringify([name, target])]);
  await once(child, 'message');
  return {
    name,
    stop: async () => {
      const counts = once(child, 'message');
      const ended = once(child, 'exit');
      child.send('stop');
      const [said] = (await counts) as [NoiseCounts];
      await ended;
      return said;
    },
  };
}
