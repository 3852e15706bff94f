import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createTestFolder } from '../testing/open-test-outbox.ts';

/** Runs the child on a disk of 4 MiB that only it sees. */
async function onSmallDisk(): Promise<Record<string, unknown>> {
  const child = join(import.meta.dirname, '../testing/full-disk-child.ts');
  const script = `mount -t tmpfs -o size=4m tmpfs "$1" && exec "$2" "$3" "$1"`;
  const { stdout } = await promisify(execFile)('unshare', [
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    script,
    'sh',
    createTestFolder(),
    process.execPath,
    child,
  ]);
  return JSON.parse(stdout);
}

// A disk of its own needs mount namespaces, which only Linux has.
describe.runIf(process.platform === 'linux')('on a full disk', () => {
  it('takes alarms all the same, at the cost of the reserve and of telemetry, and only then refuses', async () => {
    const seen = await onSmallDisk();
    expect(seen.afterHundred).toMatchObject({ alarms: 100 });
    expect(seen.reopened).toBe(100);
    expect(seen.refusal).toBe('OUTBOX_FULL');
    const { accepted, alarms } = seen.atRefusal as { accepted: number; alarms: number };
    expect(alarms).toBe(accepted);
    expect(accepted).toBeGreaterThan(1000);
    expect(seen.again).toBe('accepted');
    expect(seen.telemetry).toMatchObject([{ body: { type: 'gap', from: 1, reason: 'quota' } }]);
  });
});
