import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '#provisioning/gate-terminals.ts';

/** A broker that is not ours, as a gateway may have one. */
export interface Mosquitto {
  readonly port: number;
  /** MQTT over WebSocket. */
  readonly wsPort: number;
  /** Ends it without warning; sessions written before stay. */
  stop(): Promise<void>;
}

/**
 * Starts Debian's mosquitto on a free port of the loopback, with a folder and a configuration of its own.
 *
 * @param users Who may sign in, password by name; without it everybody may, without a name.
 */
export async function startMosquitto(users?: Record<string, string>): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const port = await findFreePort();
  const wsPort = await findFreePort();
  const file = join(folder, 'mosquitto.conf');
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
  // Started by root it would become another user, who may not write the folder.
  writeFileSync(
    file,
    [
      'per_listener_settings false',
      `listener ${port} 127.0.0.1`,
      `listener ${wsPort} 127.0.0.1`,
      'protocol websockets',
      ...(users ? ['allow_anonymous false', `password_file ${passwords}`] : ['allow_anonymous true']),
      'max_queued_messages 0',
      `user ${process.getuid?.() === 0 ? 'root' : ''}`.trim(),
      '',
    ].join('\n'),
  );
  const child = spawn('/usr/sbin/mosquitto', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await untilListening(port, child, () => said);
  return {
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

async function untilListening(port: number, child: ChildProcess, said: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended: ${said()}`);
    const socket = connect({ host: '127.0.0.1', port });
    const [outcome] = await Promise.race([
      once(socket, 'connect').then(() => ['connected']),
      once(socket, 'error').then(() => ['refused']),
    ]).catch(() => ['refused']);
    socket.destroy();
    if (outcome === 'connected') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
