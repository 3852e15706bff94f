import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, startOnFreePorts } from '#runtime/free-port.ts';

/** A broker that is not ours, as a gateway may have one. */
export interface Mosquitto {
  readonly pid: number;
  readonly port: number;
  /** MQTT over WebSocket. */
  readonly wsPort: number;
  /** Ends it without warning; sessions written before stay. */
  stop(): Promise<void>;
}

/**
 * Starts Debian's mosquitto on free ports of the loopback, with a folder and a configuration of its own.
 *
 * @param users Who may sign in, password by name; without it everybody may, without a name.
 * @param findPort Finds the ports.
 * @param further Lines of its configuration, such as those of a bridge.
 */
export async function startMosquitto(
  users?: Record<string, string>,
  findPort = findFreePort,
  further: readonly string[] = [],
): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const passwords = join(folder, 'passwords');
  if (users) {
    writeFileSync(
      passwords,
      Object.entries(users)
        .map(([name, secret]) => `${name}:${secret}\n`)
        .join(''),
    );
    execFileSync('/usr/bin/mosquitto_passwd', ['-U', passwords]);
  }
  const { child, port, wsPort, problem } = await startOnFreePorts(async () => {
    const ports = { port: await findPort(), wsPort: await findPort() };
    return { ...ports, ...(await run(folder, [...listening(ports, users && passwords), ...further])) };
  });
  if (problem !== undefined) {
    rmSync(folder, { recursive: true });
    throw new Error(`mosquitto ended: ${problem}`);
  }
  return {
    pid: child.pid ?? 0,
    port,
    wsPort,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

const listening = (
  { port, wsPort }: Pick<Mosquitto, 'port' | 'wsPort'>,
  passwords: string | undefined,
): string[] => [
  'per_listener_settings false',
  `listener ${port} 127.0.0.1`,
  `listener ${wsPort} 127.0.0.1`,
  'protocol websockets',
  ...(passwords ? ['allow_anonymous false', `password_file ${passwords}`] : ['allow_anonymous true']),
  'max_queued_messages 0',
  // Started by root it would become another user, who may not write the folder.
  `user ${process.getuid?.() === 0 ? 'root' : ''}`.trim(),
];

/** Runs it; `problem` is what it printed where it ended before it listened. */
async function run(
  folder: string,
  configuration: readonly string[],
): Promise<{ child: ChildProcess; problem: string | undefined }> {
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, `${configuration.join('\n')}\n`);
  const child = spawn('/usr/sbin/mosquitto', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    // Whoever answers on its port may be another: it says itself that it listens.
    if (/ running$/m.test(said)) resolve(undefined);
  });
  child.once('close', () => resolve(said));
  return { child, problem: await promise };
}
