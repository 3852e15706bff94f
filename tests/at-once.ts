import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** A command with the name it is told by. */
export interface NamedCommand {
  name: string;
  command: string;
  args: readonly string[];
}

/**
 * Runs commands beside one another and tells the output of each in one piece when it ends, so that they do not mix.
 *
 * @returns The names of those that failed; all have ended by then.
 */
export async function runAtOnce(
  commands: readonly NamedCommand[],
  tell: (words: string) => void,
): Promise<string[]> {
  const startedAt = performance.now();
  const failed = await Promise.all(
    commands.map(async ({ name, command, args }) => {
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const exited = Promise.withResolvers<string | undefined>();
      child.once('error', (error) => exited.resolve(error.message));
      child.once('exit', (code, signal) =>
        exited.resolve(code === 0 ? undefined : `ended with ${code ?? signal}`),
      );
      const [reason, output, errors] = await Promise.all([
        exited.promise,
        text(child.stdout),
        text(child.stderr),
      ]);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      tell(`${output}${errors}${reason ? `✗ ${name}: ${reason}` : `✓ ${name}`} (${seconds} s)\n`);
      return reason === undefined ? [] : [name];
    }),
  );
  return failed.flat();
}

if (import.meta.main) {
  // npm itself is a script on Windows, which spawn does not start; Node runs it everywhere.
  const npm = process.env.npm_execpath;
  const commands = process.argv
    .slice(2)
    .map((name) =>
      npm
        ? { name, command: process.execPath, args: [npm, 'run', '--silent', name] }
        : { name, command: 'npm', args: ['run', '--silent', name] },
    );
  const failed = await runAtOnce(commands, (words) => process.stdout.write(words));
  if (failed.length > 0) {
    process.stdout.write(`Failed: ${failed.join(', ')}\n`);
    process.exitCode = 1;
  }
}
