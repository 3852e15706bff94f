import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const script = `
  import { createLog } from './runtime/log.ts';
  const log = createLog('child');
  log.info('up');
  process.once('message', () => {
    log.fatal('start failed');
    log.fatal('process failed');
    process.exit(3);
  });
`;

test('a process whose log nobody reads any more hung for ever at its last line', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: resolve(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    await once(child.stdout!, 'data');
    child.stdout?.destroy();
    const ended = once(child, 'exit');
    child.send('go');
    expect(await ended).toEqual([3, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
