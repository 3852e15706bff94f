import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Size at which a log is renamed to `<name>.1.log`, replacing the one before. */
const maxLogBytes = 20 * 1024 * 1024;

/** Writes the output of processes to one bounded file each in `folder`. */
export function createLogFiles(folder: string): {
  write(name: string, chunk: Buffer): void;
  close(): Promise<void>;
} {
  const open = new Map<string, { stream: WriteStream; bytes: number }>();
  const fileOf = (name: string, generation = '') => join(folder, `${name}${generation}.log`);

  const begin = (name: string) => {
    const bytes = statSync(fileOf(name), { throwIfNoEntry: false })?.size ?? 0;
    const log = { stream: createWriteStream(fileOf(name), { flags: 'a' }), bytes };
    // A full disk must not end the platform for its logs.
    log.stream.on('error', () => undefined);
    open.set(name, log);
    return log;
  };
  return {
    write: (name, chunk) => {
      let log = open.get(name) ?? begin(name);
      if (log.bytes > maxLogBytes) {
        log.stream.end();
        renameSync(fileOf(name), fileOf(name, '.1'));
        log = begin(name);
      }
      log.bytes += chunk.length;
      log.stream.write(chunk);
    },
    close: async () => {
      await Promise.all([...open.values()].map(({ stream }) => new Promise((done) => stream.end(done))));
    },
  };
}
