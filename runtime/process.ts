import { createLog, type Logger } from './log.ts';
import { keepFolderPrivate, makeFilesPrivate } from './private-files.ts';

/** What `main.ts` of a process gets: its log, the stack its resources go on, and the word that it is ready. */
export interface ProcessContext {
  log: Logger;
  /** Resources are closed in reverse order of `opened`, each step named in the log. */
  opened(name: string, close: () => void | Promise<void>): void;
  /** Closes a data folder to all but this user; before any file in it is opened. */
  keepPrivate(folder: string): void;
  /** Ends the process in order, e.g. after an error it cannot outlive; the supervisor starts it again. */
  fail(error: unknown): void;
}

const shutdownTimeoutMs = 10_000;

/**
 * Runs a process: starts it, reports its ports to the supervisor, and closes it in order on SIGTERM or SIGINT. The
 * files it makes can be read by its user alone.
 *
 * A failed start closes what was opened, prints one line saying what was wrong and exits 1.
 *
 * @param start Opens everything; what it returns is sent to the parent as `{ ready }`.
 */
export async function runProcess(
  name: string,
  logLevel: string | undefined,
  start: (context: ProcessContext) => Promise<Record<string, unknown>>,
): Promise<void> {
  makeFilesPrivate();
  const log = createLog(name, logLevel);
  const stack = new AsyncDisposableStack();
  let ending = false;

  const end = async (exitCode: number) => {
    if (ending) return;
    ending = true;
    const deadline = setTimeout(() => {
      log.error({ shutdownTimeoutMs }, 'closing took too long');
      process.exit(exitCode || 1);
    }, shutdownTimeoutMs);
    try {
      await stack.disposeAsync();
    } catch (error) {
      log.error({ err: error }, 'closing failed');
    }
    clearTimeout(deadline);
    process.exit(exitCode);
  };

  const context: ProcessContext = {
    log,
    opened: (step, close) => {
      stack.defer(async () => {
        log.debug({ step }, 'closing');
        await close();
      });
    },
    keepPrivate: (folder) => keepFolderPrivate(folder, log),
    fail: (error) => {
      log.fatal({ err: error }, 'process failed');
      void end(1);
    },
  };
  process.once('SIGTERM', () => void end(0));
  process.once('SIGINT', () => void end(0));
  // A child whose supervisor is gone would run on unseen beside the next start.
  process.once('disconnect', () => void end(0));
  // Its supervisor may be gone before it got so far.
  if (process.send && !process.connected) return await end(0);
  process.on('uncaughtException', context.fail);
  process.on('unhandledRejection', context.fail);

  try {
    const ready = await start(context);
    log.info(ready, 'ready');
    process.send?.({ ready });
  } catch (error) {
    log.fatal({ err: error }, 'start failed');
    process.send?.({ failed: error instanceof Error ? error.message : String(error) });
    await end(1);
  }
}
