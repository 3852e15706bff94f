import type { Command, CommandReason } from '#contracts/command.ts';
import type { CommandResult } from '#contracts/record-body.ts';
import { fromTimestamp } from '#contracts/time.ts';
import type { Logger } from '#runtime/log.ts';
import type { ActuationResult, Adapter, AdapterContext } from '../adapters/adapter.ts';
import type { GatewayClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { CommandEnd, CommandJournal } from './command-journal.ts';

/** Commands in hand at once; more are refused as `too-many`. */
export const maxCommandsInHand = 16;
/** A command issued farther ahead of the gateway's clock than this says that one of the clocks is wrong, ms. */
const maxAheadMs = 5000;
/** Wait before an ending that found no room in the outbox is offered again, ms. */
const reportAgainMs = 5000;

/** What commands are carried out with. */
export interface CommandRunnerOptions {
  journal: CommandJournal;
  clock: Pick<GatewayClock, 'now' | 'state' | 'monotonic'>;
  /** The adapter of a protocol, where it runs. */
  adapter: (protocol: string) => Pick<Adapter, 'actuate'> | undefined;
  /** Puts results into the alarm lane. */
  accept: AdapterContext['accept'];
  counters: Counters;
  log: Logger;
}

/** An action asked for on the gateway itself. */
export interface LocalOrder extends Pick<Command, 'id' | 'device' | 'action'> {
  /** How long ago it was asked for, by the clock of whoever asks, ms. */
  ageMs: number;
  ttlMs: number;
}

/** Carries out commands, each at most once, and tells what became of them in the alarm lane. */
export interface CommandRunner {
  /** Takes a command that came in a session; settles when it ended. */
  receive(command: Command, session: string): Promise<void>;
  /**
   * Carries out what was asked on the gateway itself, whether the platform is there or not; the same id again
   * is answered with its outcome and nothing more is done.
   *
   * @throws {Error} where its id could not be written; nothing was done then.
   */
  receiveLocal(order: LocalOrder): Promise<CommandEnd>;
  /** A command whose id is committed, by this start or an earlier one. */
  find: CommandJournal['find'];
  /** Ends the commands an earlier life left open, as `unknown`: whether they were carried out nobody knows. */
  recover(): void;
  /** Waits for the commands in hand. */
  close(): Promise<void>;
}

/** Creates the runner; call `recover` before the first command. */
export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const { journal, clock, counters, log } = options;
  const inHand = new Set<Promise<void>>();
  const local = new Map<string, Promise<CommandEnd>>();

  const report = (id: string, device: string, outcome: Pick<CommandResult, 'result' | 'reason'>) => {
    const body: CommandResult = { type: 'command-result', command: id, ...outcome };
    // The origin makes a result that is reported again after a crash the same result.
    options.accept([{ device, origin: { key: `${id} ${outcome.result}` }, body }]);
  };
  const reportResults = () => {
    for (const { id, device, ...outcome } of journal.unreported()) {
      try {
        report(id, device, outcome);
        journal.markReported(id);
      } catch (error) {
        log.error({ err: error, command: id }, 'result of a command waits for space in the outbox');
      }
    }
  };
  const retry = setInterval(reportResults, reportAgainMs);

  const end = (ending: CommandEnd): CommandEnd => {
    journal.end(ending);
    counters.add(`command-${ending.result}`);
    log.info({ command: ending.id, result: ending.result, reason: ending.reason }, 'command ended');
    reportResults();
    return ending;
  };
  const reportReceived = ({ id, device }: Command) => {
    try {
      report(id, device, { result: 'received' });
    } catch (error) {
      log.warn({ err: error, command: id }, 'receipt of a command not reported');
    }
  };

  const actuate = async (
    { id, device, action }: Pick<Command, 'id' | 'device' | 'action'>,
    isTimely: () => boolean,
  ): Promise<CommandEnd> => {
    const adapter = options.adapter(device.slice(0, device.indexOf(':')));
    if (!adapter) return end({ id, device, result: 'failed', reason: 'device-unknown' });
    if (!adapter.actuate) return end({ id, device, result: 'failed', reason: 'action-unknown' });
    const outcome = await adapter
      .actuate({ device, action, isTimely })
      .catch((error: unknown): ActuationResult => {
        log.error({ err: error, command: id }, 'adapter failed over a command');
        return { result: 'unknown', reason: 'device-silent' };
      });
    return end({ id, device, ...outcome });
  };

  const run = async (command: Command, session: string): Promise<void> => {
    const { id, device } = command;
    // On disk, synced, before anything is done: a command is not carried out again after a crash.
    if (!journal.accept(command, clock.now())) {
      counters.add('command-repeated');
      return;
    }
    reportReceived(command);
    const refusal = refusalOf(command, session, { clock, inHand: inHand.size });
    if (refusal) end({ id, device, ...refusal });
    else await actuate(command, () => ageOf(command, clock) <= command.ttlMs);
  };

  const runLocal = async (order: LocalOrder): Promise<CommandEnd> => {
    const { id, device, ageMs, ttlMs } = order;
    const askedAt = clock.monotonic() - ageMs;
    const isTimely = () => clock.monotonic() - askedAt <= ttlMs;
    journal.accept(order, clock.now());
    if (!isTimely()) return end({ id, device, result: 'expired', reason: 'too-old' });
    if (inHand.size >= maxCommandsInHand) return end({ id, device, result: 'failed', reason: 'too-many' });
    return actuate(order, isTimely);
  };

  const hold = async <T>(running: Promise<T>): Promise<T> => {
    const held = running.then(
      () => undefined,
      () => undefined,
    );
    inHand.add(held);
    try {
      return await running;
    } finally {
      inHand.delete(held);
    }
  };

  return {
    receive: (command, session) =>
      hold(
        run(command, session).catch((error) => {
          // Its id, where it is on disk, ends as `unknown` at the next start; where it is not, nothing was done.
          log.error({ err: error, command: command.id }, 'command failed');
          counters.add('command-error');
        }),
      ),
    receiveLocal: async (order) => {
      const running = local.get(order.id);
      const before = journal.find(order.id);
      if (running || before) counters.add('command-repeated');
      if (running) return running;
      if (before) {
        const { id, device } = order;
        return before.ending ?? { id, device, result: 'unknown', reason: 'agent-restarted' };
      }
      const carrying = hold(runLocal(order)).finally(() => local.delete(order.id));
      local.set(order.id, carrying);
      return carrying;
    },
    find: journal.find,
    recover: () => {
      for (const { id, device } of journal.unfinished()) {
        journal.end({ id, device, result: 'unknown', reason: 'agent-restarted' });
        counters.add('command-unknown');
        log.warn({ command: id }, 'command was in hand when the agent ended');
      }
      reportResults();
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
