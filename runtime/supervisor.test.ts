import { join } from 'node:path';
import { expect, test } from 'vitest';
import { supervise } from './supervisor.ts';

const file = join(import.meta.dirname, 'testing/child.ts');
const env = { PATH: process.env.PATH ?? '' };

test('a process that is killed comes back on the port it had', async () => {
  const child = supervise({ name: 'child', file, env, pins: { port: 'CHILD_PORT' } });
  expect(await child.ready).toEqual({ port: 4711 });
  const pid = child.pid;
  const again = child.nextReady();
  child.kill('SIGKILL');
  expect(await again).toEqual({ port: 4711 });
  expect(child.pid).not.toBe(pid);
  expect(child.restarts).toBe(1);
  await child.stop();
  expect(() => process.kill(child.pid ?? 0, 0)).toThrow('ESRCH');
});

test('a first start that fails says why and is not tried again', async () => {
  const child = supervise({ name: 'child', file, env: { ...env, CHILD_FAILS: '8080' } });
  await expect(child.ready).rejects.toThrow('child did not start: CHILD_PORT 8080 is taken');
  expect(child.restarts).toBe(0);
  await child.stop();
});
