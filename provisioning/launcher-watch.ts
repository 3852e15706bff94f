import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const pollMs = 250;
const maxAncestors = 10;
const launcher = /(^|[/\s])(npm|npx|pnpm|yarn)([\s.-]|$)/;

/**
 * Calls back once when the npm that runs a script as `npm start` is gone. Its SIGTERM and SIGINT reach us through npm,
 * as the script replaces the shell between; a SIGKILL, or a signal before npm handles signals, does not.
 *
 * Where started in another way, nothing is watched: `nohup node start.ts` outlives its shell.
 *
 * @param script File that npm's script runs, as `npm_lifecycle_script` names it.
 */
export function onLauncherGone(script: string, callback: () => void, env = process.env): void {
  const isOurScript = env.npm_lifecycle_script?.includes(basename(script)) ?? false;
  if (!isOurScript || process.platform === 'win32') return;
  const line = lineToLauncher();
  const timer = setInterval(() => {
    if (line !== 'gone' && line.every(({ pid, parent }) => isStillUnder(pid, parent))) return;
    clearInterval(timer);
    callback();
  }, pollMs);
  timer.unref();
}

interface Ancestor {
  pid: number;
  parent: number;
}

/** The chain of parent processes up to npm; `gone` where it is complete and npm is not in it. */
function lineToLauncher(): Ancestor[] | 'gone' {
  const line: Ancestor[] = [];
  for (let pid = process.pid; line.length < maxAncestors; ) {
    const parent = pid === process.pid ? process.ppid : lookUp(pid)?.parent;
    if (parent === undefined) return line.slice(0, 1);
    if (parent === 0) return 'gone';
    line.push({ pid, parent });
    if (launcher.test(lookUp(parent)?.args ?? '')) return line;
    pid = parent;
  }
  return line.slice(0, 1);
}

function isStillUnder(pid: number, parent: number): boolean {
  if (pid === process.pid) return process.ppid === parent;
  if (process.platform === 'linux') return parentOnLinux(pid) === parent;
  try {
    process.kill(parent, 0);
    return true;
  } catch {
    return false;
  }
}

function lookUp(pid: number): { parent: number | undefined; args: string } | undefined {
  try {
    if (process.platform === 'linux') {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return { parent: parentOnLinux(pid), args };
    }
    const said = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return { parent: Number.parseInt(said, 10), args: said.replace(/^\d+\s*/, '') };
  } catch {
    return undefined;
  }
}

/** @see proc_pid_stat(5): the name is in brackets and may contain anything. */
function parentOnLinux(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
