import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findFreePort, startOnFreePorts } from './free-port.ts';

test.runIf(process.platform === 'linux')(
  'finds a port that the system gives nobody who asks for any',
  async () => {
    const [lowest = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .split(/\s+/)
      .map(Number);
    expect(await findFreePort()).toBeLessThan(lowest);
  },
);

test.each([
  { what: 'until it runs', problems: ['bind: address already in use', undefined], starts: 2 },
  { what: 'no more where something else is wrong', problems: ['no such file'], starts: 1 },
  { what: 'five times at most', problems: Array(9).fill('Error: Address already in use'), starts: 5 },
])('starts a program on other ports $what', async ({ problems, starts }) => {
  let started = 0;
  const { problem } = await startOnFreePorts(async () => ({ problem: problems[started++] }));
  expect({ started, problem }).toEqual({ started: starts, problem: problems[starts - 1] });
});
