import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { InfluxdGeneration } from '#ingest/store/influx/influxd.ts';
import { runTied } from '#runtime/tied-process.ts';

/** A server of the machine that we can run. */
export interface FoundInfluxd {
  binary: string;
  /** As it reports it, e.g. `1.6.7~rc0`. */
  version: string;
  generation: InfluxdGeneration;
}

/** Why no server of the machine can be run, in words for the person who starts the platform. */
export interface NoInfluxd {
  problem: string;
}

const command = 'influxd';

/**
 * Finds the machine's `influxd` and asks for its version. A wrong version, a broken program or one that hangs costs a
 * moment and is returned as the reason, never thrown.
 *
 * @param timeoutMs The start waits for this answer.
 */
export async function findInfluxd(
  path: string | undefined,
  timeoutMs: number,
): Promise<FoundInfluxd | NoInfluxd> {
  const files = [...(path ?? '').split(delimiter), '/usr/bin', '/usr/sbin']
    .filter((folder) => folder !== '')
    .map((folder) => resolve(join(folder, command)))
    .filter(isFile);
  const binary = files.find(isExecutable);
  if (binary) return await identify(binary, timeoutMs);
  const [first] = files;
  return { problem: first ? `${first} is not executable` : 'no influxd is installed' };
}

async function identify(binary: string, timeoutMs: number): Promise<FoundInfluxd | NoInfluxd> {
  const asked = runTied(binary, ['version'], { env: process.env });
  const late = new AbortController();
  const ended = await Promise.race([
    asked.ended,
    wait(timeoutMs, undefined, { signal: late.signal }).catch(() => undefined),
  ]);
  late.abort();
  if (ended === undefined) {
    void asked.stop('SIGKILL');
    return { problem: `${binary} did not say its version within ${timeoutMs} ms` };
  }
  const said = /InfluxDB v?((\d+)\.\d+[\w.~+-]*)/.exec(asked.output());
  if (ended !== 'ended with code 0' || !said) {
    return { problem: `${binary} is broken: asked for its version it ${ended}${told(asked.output())}` };
  }
  const [, version = '', major = ''] = said;
  const generation = Number(major);
  return generation === 1 || generation === 2
    ? { binary, version, generation }
    : { problem: `${binary} is InfluxDB ${version}, and only 1.x and 2.x run beside us by themselves` };
}

const toldCharacters = 80;

/** The beginning of a program's output, on one line and without control characters. */
function told(output: string): string {
  const line = output.replace(/[^\p{L}\p{N}\p{P}\p{S}]+/gu, ' ').trim();
  return line === '' ? ' and said nothing' : ` and said "${line.slice(0, toldCharacters)}"`;
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
