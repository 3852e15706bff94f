import { join } from 'node:path';
import { exampleCommand } from '#contracts/command.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { silentLog } from '#runtime/log.ts';
import { openCommandJournal } from '../commands/command-journal.ts';
import { createCommandRunner } from '../commands/command-runner.ts';
import { createCounters } from '../counters.ts';

/** A process for tests to kill: it accepts the example command and never finishes asking the device. */
const [folder = ''] = process.argv.slice(2);
const runner = createCommandRunner({
  journal: openCommandJournal(join(folder, 'commands.db')),
  clock: {
    now: () => fromTimestamp(exampleCommand.issuedAt),
    state: () => ({ state: 'synchronized' }),
    monotonic: () => performance.now(),
  },
  adapter: () => ({
    actuate: () => {
      process.stdout.write('acting\n');
      return new Promise(() => undefined);
    },
  }),
  accept: (observations) => observations.map(() => 'accepted'),
  counters: createCounters(),
  log: silentLog(),
});
void runner.receive(exampleCommand, exampleCommand.session);
