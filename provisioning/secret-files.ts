import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '#registry/credentials.ts';
import { errorCode } from '#runtime/errors.ts';

const secretBytes = 32;
const make = () => randomBytes(secretBytes).toString('base64url');

/**
 * Every secret that Compose and systemd pass to a process as a file, by its file name.
 *
 * InfluxDB's two tokens are a sign-in of its 1.x interface, `user:password`, which may be chosen beforehand:
 * `store` writes and reads, `grafana` reads alone.
 */
const makers: Record<string, () => string> = {
  ...Object.fromEntries(services.map((service) => [passwordFile(service), make])),
  'dispatch-token': make,
  'ingest-token': make,
  'session-secret': make,
  'influx-admin-password': make,
  'influx-operator-token': make,
  'influx-store-token': () => `store:${make()}`,
  'influx-grafana-token': () => `grafana:${make()}`,
  'grafana-admin-password': make,
};

/** Names of the files that `openSecretFiles` makes. */
export const secretFileNames: readonly string[] = Object.keys(makers);

/**
 * Reads the secrets of a folder and creates missing files; existing ones are not changed.
 *
 * Files are readable only by their owner and group: containers of other users join the group.
 */
export function openSecretFiles(folder: string): { services: Record<string, string>; made: string[] } {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const made = Object.entries(makers).flatMap(([name, maker]) =>
    writeMissing(join(folder, name), maker()) ? [name] : [],
  );
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
  return { services: Object.fromEntries(services.map((one) => [one, read(passwordFile(one))])), made };
}

function passwordFile(service: string): string {
  return `${service}-password`;
}

function writeMissing(file: string, secret: string): boolean {
  try {
    writeFileSync(file, `${secret}\n`, { flag: 'wx', mode: 0o640 });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  // The mode of a new file is narrowed by the umask, under which the group might not read it.
  chmodSync(file, 0o640);
  return true;
}
