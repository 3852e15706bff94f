import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateAccount, gateMac } from '#simulators/community.ts';

/**
 * Writes addresses and sign-ins of the demo's gate terminals, for the agent that opens their doors.
 *
 * @returns The file, readable by its owner alone.
 */
export function writeTerminals(options: {
  dataDir: string;
  gates: number;
  port: number;
  password: string;
}): string {
  const { gates, port, password } = options;
  const terminals = Object.fromEntries(
    Array.from({ length: gates }, (_, index) => [
      gateMac(index),
      { url: `http://127.0.0.1:${port}`, username: gateAccount(index), password },
    ]),
  );
  const file = join(options.dataDir, 'terminals.json');
  writeFileSync(file, `${JSON.stringify({ terminals }, null, 2)}\n`, { mode: 0o600 });
  // The mode above applies only to a new file.
  chmodSync(file, 0o600);
  return file;
}
