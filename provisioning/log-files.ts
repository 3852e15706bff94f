import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** At this size a log becomes `<name>.1.log`, and the one before it goes. */
const maxLogBytes = 20 * 1024 * 1024;

/** Keeps what processes print, one bounded file each in `folder`. */
export function createLogFiles(folder: string): {
  write(name: string, chunk: Buffer): void;
  close(): Promise<void>;
} {
  const open = new Map<string, { stream: WriteStream; bytes: number }>();
  const fileOf = (name: string, generation = '') => join(folder, `${name}${generation}.log`);

  const begin = (name: string) => {
    const bytes = statSync(fileOf(name), { throwIfNoEntry: false })?.size ?? 0;
    const log = { stream: createWriteStream(fileOf(name), { flags: 'a' }), bytes };
    // A disk without room for logs must not end the platform.
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
