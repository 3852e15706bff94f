import { spawn } from 'node:child_process';

/**
 * Stands between us and a program that is not ours, so that the program never outlives us: however our process ended,
 * SIGKILL included, the channel to it closes, and the program is ended with whatever it started itself.
 *
 * Told by message: `{ pid }` once the program runs, `{ failed }` where it cannot be run.
 */
const [command = '', ...args] = process.argv.slice(2);
const stopTimeoutMs = 10_000;

// A group of its own, ended as a whole.
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
const signalGroup = (signal: NodeJS.Signals) => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
};
const end = () => {
  signalGroup('SIGTERM');
  setTimeout(() => signalGroup('SIGKILL'), stopTimeoutMs);
};

child.once('spawn', () => process.send?.({ pid: child.pid }));
child.once('error', (error) => {
  // The message has to be out before the end.
  process.send?.({ failed: error.message }, () => process.exit(127));
});
child.once('exit', (code) => {
  signalGroup('SIGKILL');
  process.exit(code ?? 1);
});
process.on('SIGTERM', end);
process.once('disconnect', end);
if (process.send && !process.connected) end();
