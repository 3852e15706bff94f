import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';

const machineVariables = Object.entries(machineEnvironment)
  .map(([name, value]) => `${name}='${value}'`)
  .join(' ');
const standIn = join(import.meta.dirname, 'influxd2.ts');

/** What stands on the path as `influxd`, as a shell script. */
export const influxds = {
  'InfluxDB 2.x': `${machineVariables} exec ${process.execPath} ${standIn} "$@"`,
  'InfluxDB 3': 'echo "InfluxDB v3.4.1 (git: 1a2b3c4)"',
  'InfluxDB 0.13': 'echo "InfluxDB v0.13.0 (git: 0.13 e57fb88a051ee40fd9277094345fbd47bb4783ce)"',
  'one that fails': 'echo "error while loading shared libraries: libc.so.6" >&2; exit 1',
  'one that prints garbage': "printf '\\033[2J\\001\\377no\\r\\nversion'",
  'one that never stops printing': 'exec yes',
  'one that hangs': 'sleep 1000',
  'one that heeds no signal': 'trap "" TERM INT HUP; sleep 1000; sleep 1000',
  'a 1.x that does not start':
    'if [ "$1" = version ]; then echo "InfluxDB v1.8.10 (git: 1.8 688e697)"; else exit 1; fi',
  'a 1.x that hangs':
    'if [ "$1" = version ]; then echo "InfluxDB v1.8.10 (git: 1.8 688e697)"; else sleep 1000; fi',
} as const;
export type InfluxdOnPath = keyof typeof influxds;

/** Puts an `influxd` into a folder of its own; answers the path that finds it before the machine's. */
export function putInfluxdOnPath(folder: string, kind: InfluxdOnPath): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'influxd'), `#!/bin/sh\n${influxds[kind]}\n`);
  chmodSync(join(bin, 'influxd'), 0o755);
  return `${bin}:${process.env.PATH}`;
}
