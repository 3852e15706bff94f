import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';

/** What a program did to the disk, in order; paths are relative to the recorded folder. */
export type DiskStep =
  | { step: 'write'; file: string; offset: number; bytes: Buffer }
  | { step: 'truncate'; file: string; size: number }
  | { step: 'remove'; file: string }
  /** Everything of the file before the step `covers` is on disk from here on. */
  | { step: 'sync'; file: string; covers: number }
  /** It said this to the world: what it promises must have been on disk before. */
  | { step: 'said'; text: string };

const calls = 'pwrite64,pwritev,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,write';

/** Lines that may have been said and not be in the recording yet when strace is killed with its child. */
const linesCutOff = 10;

/**
 * Runs a TypeScript file under strace and records what it writes and syncs in a folder, and what it says on standard
 * output, until it has said a number of lines; then ends it.
 *
 * Only what SQLite uses is understood: a file of the folder written by other means (`write`, `pwritev`) or renamed is
 * an error, except those named in `ignored`.
 */
export async function recordDisk(options: {
  file: string;
  args: string[];
  folder: string;
  lines: number;
  ignored?: readonly string[];
}): Promise<DiskStep[]> {
  const trace = `${options.folder}.strace`;
  const child = spawn(
    'strace',
    ['-f', '-y', '-xx', '-s', '10000000', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', trace]
      .concat(process.execPath, options.file)
      .concat(options.args),
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const ended = once(child, 'exit');
  let said = 0;
  for await (const _ of createInterface(child.stdout)) {
    said += 1;
    // The whole group: strace lets its child live on.
    if (said === options.lines + linesCutOff && child.pid) process.kill(-child.pid, 'SIGKILL');
  }
  await ended;
  if (said < options.lines) throw new Error(`${options.file} said ${said} of ${options.lines} lines`);
  const recording = new Recording(options.folder, options.ignored ?? []);
  for await (const line of createInterface(createReadStream(trace))) recording.read(line);
  rmSync(trace);
  return recording.steps;
}

/** `PID name(fd<path>, …) = result`, with the path and every text in hexadecimal escapes. */
const whole = /^(\d+) +(\w+)\((.*?)(?:\) += (-?\d+).*| <unfinished \.\.\.>)$/;
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>.*\) += (-?\d+)/;

class Recording {
  readonly steps: DiskStep[] = [];
  readonly #folder: string;
  readonly #ignored: readonly string[];
  /** Syncs under way, by process: their file, and what they cover. */
  readonly #syncing = new Map<string, { file: string; covers: number }>();

  constructor(folder: string, ignored: readonly string[]) {
    this.#folder = folder;
    this.#ignored = ignored;
  }

  read(line: string): void {
    const end = resumed.exec(line);
    if (end) {
      const [, process = '', name = '', result] = end;
      if (name.endsWith('sync')) this.#endSync(process, Number(result));
      return;
    }
    const begin = whole.exec(line);
    if (!begin) return;
    const [, process = '', name = '', args = '', result] = begin;
    const descriptor = /^(\d+)<([^>]*)>/.exec(args);
    if (name === 'write' && descriptor?.[1] === '1') {
      this.steps.push({ step: 'said', text: textsOf(args)[0]?.toString() ?? '' });
      return;
    }
    const path = descriptor ? bytesOf(descriptor[2] ?? '').toString() : textsOf(args)[0]?.toString();
    const file = path?.startsWith('/') ? relative(this.#folder, path) : undefined;
    if (!file || file.startsWith('..') || this.#ignored.includes(file)) return;
    this.#take({ name, file, args, process, result });
  }

  #take({
    name,
    file,
    args,
    process,
    result,
  }: Record<'name' | 'file' | 'args' | 'process', string> & { result?: string }): void {
    switch (name) {
      case 'pwrite64': {
        const [bytes = Buffer.alloc(0)] = textsOf(args);
        const offset = Number(args.slice(args.lastIndexOf(',') + 1));
        this.steps.push({ step: 'write', file, offset, bytes });
        return;
      }
      case 'ftruncate':
        this.steps.push({ step: 'truncate', file, size: Number(args.slice(args.lastIndexOf(',') + 1)) });
        return;
      case 'unlink':
      case 'unlinkat':
        this.steps.push({ step: 'remove', file });
        return;
      case 'fsync':
      case 'fdatasync':
        this.#syncing.set(process, { file, covers: this.steps.length });
        if (result !== undefined) this.#endSync(process, Number(result));
        return;
      default:
        throw new Error(`${file} was changed by ${name}, which is not understood`);
    }
  }

  #endSync(process: string, result: number): void {
    const syncing = this.#syncing.get(process);
    this.#syncing.delete(process);
    if (syncing && result === 0) this.steps.push({ step: 'sync', ...syncing });
  }
}

function textsOf(args: string): Buffer[] {
  return [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text = '']) => bytesOf(text));
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}
