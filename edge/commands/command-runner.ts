import type { Command, CommandReason } from '#contracts/command.ts';
import type { CommandResult } from '#contracts/record-body.ts';
import { fromTimestamp } from '#contracts/time.ts';
import type { Logger } from '#runtime/log.ts';
import type { ActOutcome, Adapter, AdapterContext } from '../adapters/adapter.ts';
import type { GatewayClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { CommandJournal, Ending } from './command-journal.ts';

/** Commands in hand at once; more are refused as `too-many`. */
export const maxCommandsInHand = 16;
/** A command issued farther ahead of the gateway's clock than this says that one of the clocks is wrong, ms. */
const maxAheadMs = 5000;
/** Wait before an ending that found no room in the outbox is offered again, ms. */
const tellAgainMs = 5000;

/** What commands are carried out with. */
export interface CommandRunnerOptions {
  journal: CommandJournal;
  clock: Pick<GatewayClock, 'now' | 'state'>;
  /** The adapter of a protocol, where it runs. */
  adapter: (protocol: string) => Pick<Adapter, 'act'> | undefined;
  /** Puts results into the alarm lane. */
  take: AdapterContext['take'];
  counters: Counters;
  log: Logger;
}

/** Carries out commands, each at most once, and tells what became of them in the alarm lane. */
export interface CommandRunner {
  /** Takes a command that came in a session; settles when it ended. */
  receive(command: Command, session: string): Promise<void>;
  /** Ends the commands an earlier life left open, as `unknown`: whether they were carried out nobody knows. */
  recover(): void;
  /** Waits for the commands in hand. */
  close(): Promise<void>;
}

/** Creates the runner; call `recover` before the first command. */
export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const { journal, clock, counters, log } = options;
  const inHand = new Set<Promise<void>>();

  const tell = (id: string, device: string, said: Pick<CommandResult, 'result' | 'reason'>) => {
    const body: CommandResult = { type: 'command-result', command: id, ...said };
    // The origin makes an ending that is told again after a crash the same ending.
    options.take([{ device, origin: { key: `${id} ${said.result}` }, body }]);
  };
  const tellEndings = () => {
    for (const { id, device, ...said } of journal.untold()) {
      try {
        tell(id, device, said);
        journal.told(id);
      } catch (error) {
        log.error({ err: error, command: id }, 'result of a command waits for room in the outbox');
      }
    }
  };
  const retry = setInterval(tellEndings, tellAgainMs);

  const end = (ending: Ending) => {
    journal.end(ending);
    counters.add(`command-${ending.result}`);
    log.info({ command: ending.id, result: ending.result, reason: ending.reason }, 'command ended');
    tellEndings();
  };
  const tellReceived = ({ id, device }: Command) => {
    try {
      tell(id, device, { result: 'received' });
    } catch (error) {
      log.warn({ err: error, command: id }, 'receipt of a command not told');
    }
  };

  const carryOut = async (command: Command, session: string): Promise<void> => {
    const { id, device, action } = command;
    // On disk, synced, before anything is done: a command is not carried out again after a crash.
    if (!journal.take(command, clock.now())) {
      counters.add('command-repeated');
      return;
    }
    tellReceived(command);
    const refusal = refusalOf(command, session, { clock, inHand: inHand.size });
    if (refusal) return end({ id, device, ...refusal });
    const adapter = options.adapter(device.slice(0, device.indexOf(':')));
    if (!adapter) return end({ id, device, result: 'failed', reason: 'device-unknown' });
    if (!adapter.act) return end({ id, device, result: 'failed', reason: 'action-unknown' });
    const isTimely = () => ageOf(command, clock) <= command.ttlMs;
    const outcome = await adapter.act({ device, action, isTimely }).catch((error: unknown): ActOutcome => {
      log.error({ err: error, command: id }, 'adapter failed over a command');
      return { result: 'unknown', reason: 'device-silent' };
    });
    end({ id, device, ...outcome });
  };

  return {
    receive: async (command, session) => {
      const running = carryOut(command, session).catch((error) => {
        // Its id, where it is on disk, ends as `unknown` at the next start; where it is not, nothing was done.
        log.error({ err: error, command: command.id }, 'command failed');
        counters.add('command-error');
      });
      inHand.add(running);
      await running;
      inHand.delete(running);
    },
    recover: () => {
      for (const { id, device } of journal.unended()) {
        journal.end({ id, device, result: 'unknown', reason: 'agent-restarted' });
        counters.add('command-unknown');
        log.warn({ command: id }, 'command was in hand when the agent ended');
      }
      tellEndings();
    },
    close: async () => {
      clearInterval(retry);
      await Promise.all(inHand);
    },
  };
}

function refusalOf(
  command: Command,
  session: string,
  { clock, inHand }: { clock: CommandRunnerOptions['clock']; inHand: number },
): { result: 'failed' | 'expired'; reason: CommandReason } | undefined {
  if (command.session !== session) return { result: 'expired', reason: 'another-session' };
  // Without platform time nobody can say how old the command is.
  if (clock.state().state === 'unknown') return { result: 'failed', reason: 'clock-unknown' };
  const age = ageOf(command, clock);
  if (!(age <= command.ttlMs && age >= -maxAheadMs)) return { result: 'expired', reason: 'too-old' };
  return inHand >= maxCommandsInHand ? { result: 'failed', reason: 'too-many' } : undefined;
}

function ageOf({ issuedAt }: Command, clock: Pick<GatewayClock, 'now'>): number {
  return clock.now() - fromTimestamp(issuedAt);
}
