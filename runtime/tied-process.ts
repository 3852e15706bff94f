import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A program of others that runs as long as we do at most. */
export interface TiedProcess {
  /** Its own; undefined until it runs, or where it cannot be run. */
  readonly pid: number | undefined;
  /** The last of what it printed. */
  output(): string;
  /** Settles when it is gone, with the reason: "ended with code 1", "cannot be run (…)". */
  readonly ended: Promise<string>;
  /** Signals it and what it started, and waits until it is gone; one that heeds no signal is killed. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const guard = join(import.meta.dirname, 'tied-process.main.ts');
const keptOutputCharacters = 4000;
/** Something of its own that got away may hold its output open. */
const outputTimeoutMs = 200;
/** The guard kills after 10 s what heeds no SIGTERM; this is for a guard that is stuck itself. */
const stopTimeoutMs = 12_000;

/** Runs a program tied to this process, in a process group of its own. */
export function runTied(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string },
): TiedProcess {
  const child = spawn(process.execPath, [guard, command, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A SIGKILL to our whole group has to leave the guard, which then ends the program.
    detached: true,
  });
  let pid: number | undefined;
  let failed: string | undefined;
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-keptOutputCharacters);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('message', (message: { pid?: number; failed?: string }) => {
    pid ??= message.pid;
    failed ??= message.failed;
  });
  const kill = (signal: NodeJS.Signals) => {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // It is gone already.
    }
  };
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  child.once('error', (error) => resolve(`cannot be run (${error.message})`));
  child.once('exit', (code, signal) => {
    // Whoever kills the guard leaves the program to us.
    if (signal) kill('SIGKILL');
    const reason = failed === undefined ? `ended with code ${code ?? signal}` : `cannot be run (${failed})`;
    child.once('close', () => resolve(reason));
    setTimeout(() => resolve(reason), outputTimeoutMs).unref();
  });
  return {
    get pid() {
      return pid;
    },
    output: () => output,
    ended,
    stop: async (signal = 'SIGTERM') => {
      if (signal === 'SIGTERM' || pid === undefined) child.kill('SIGTERM');
      else kill(signal);
      const deadline = setTimeout(() => {
        kill('SIGKILL');
        child.kill('SIGKILL');
      }, stopTimeoutMs);
      await ended;
      clearTimeout(deadline);
    },
  };
}
