import { type ChildProcess, spawn } from 'node:child_process';

/** A process to keep running. */
export interface ProcessPlan {
  name: string;
  /** TypeScript file of its composition root. */
  file: string;
  /** Flags of Node. */
  flags?: readonly string[];
  env: Record<string, string>;
  /**
   * Settings that take a value of its first `ready` message, e.g. `{ tcpPort: 'BROKER_TCP_PORT' }`: a
   * process started on any free port must come back on the same one.
   */
  pins?: Record<string, string>;
}

/** What a process reported when it was ready, e.g. its ports. */
export type Ready = Record<string, unknown>;

/** A process that is started again whenever it ends by itself. */
export interface SupervisedProcess {
  readonly name: string;
  /** Settles with the first `ready`; rejects where the first start fails, saying why. */
  readonly ready: Promise<Ready>;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Ends it at once, as a power cut of its own; it is started again. */
  kill(signal: NodeJS.Signals): void;
  /** Settles at the next `ready`, for one who has just killed it. */
  nextReady(): Promise<Ready>;
  /** Ends it in order and for good. */
  stop(): Promise<void>;
}

const firstRestartMs = 100;
/** Alarms wait for a process that keeps ending, so it is started again soon even then. */
const longestRestartMs = 3000;
/** A process that ran this long is taken to be sound again. */
const soundAfterMs = 30_000;
const stopTimeoutMs = 15_000;

/** Starts a process and keeps it running. */
export function supervise(
  plan: ProcessPlan,
  options: {
    onOutput?: (name: string, chunk: Buffer) => void;
    onExit?: (name: string, reason: string) => void;
  } = {},
): SupervisedProcess {
  const env = { ...plan.env };
  let child: ChildProcess | undefined;
  let stopped = false;
  let restarts = 0;
  let restartMs = firstRestartMs;
  let timer: NodeJS.Timeout | undefined;
  let waiting: ((ready: Ready) => void)[] = [];
  const first = Promise.withResolvers<Ready>();
  let started = false;
  // A caller that only waits for its neighbours need not handle this one's failure as well.
  first.promise.catch(() => undefined);

  const start = () => {
    const startedAt = performance.now();
    let failure: string | undefined;
    child = spawn(process.execPath, [...(plan.flags ?? []), plan.file], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child.stdout?.on('data', (chunk: Buffer) => options.onOutput?.(plan.name, chunk));
    child.stderr?.on('data', (chunk: Buffer) => options.onOutput?.(plan.name, chunk));
    child.on('message', (message: { ready?: Ready; failed?: string }) => {
      failure = message.failed;
      if (!message.ready) return;
      for (const [key, variable] of Object.entries(plan.pins ?? {})) {
        // What is not listened on has no port to come back to.
        if (message.ready[key] !== undefined) env[variable] = String(message.ready[key]);
      }
      started = true;
      first.resolve(message.ready);
      for (const resolve of waiting) resolve(message.ready);
      waiting = [];
    });
    child.once('exit', (code, signal) => {
      const reason = failure ?? (signal ? `ended by ${signal}` : `exited with ${code}`);
      if (stopped) return;
      if (!started) {
        stopped = true;
        first.reject(new Error(`${plan.name} did not start: ${reason}`));
        return;
      }
      options.onExit?.(plan.name, reason);
      if (performance.now() - startedAt > soundAfterMs) restartMs = firstRestartMs;
      restarts += 1;
      timer = setTimeout(start, restartMs);
      restartMs = Math.min(restartMs * 2, longestRestartMs);
    });
  };
  start();

  return {
    name: plan.name,
    ready: first.promise,
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts;
    },
    kill: (signal) => {
      child?.kill(signal);
    },
    nextReady: () => new Promise((resolve) => waiting.push(resolve)),
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        const deadline = setTimeout(() => running.kill('SIGKILL'), stopTimeoutMs);
        running.once('exit', () => {
          clearTimeout(deadline);
          resolve();
        });
        running.kill('SIGTERM');
      });
    },
  };
}
