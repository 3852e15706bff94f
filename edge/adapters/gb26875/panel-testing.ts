import type { AdapterContext } from '../adapter.ts';
import { createKeepAlivePace } from '../keep-alive-pace.ts';
import type { TcpConnection, TcpSession } from '../tcp-listener.ts';
import { keepAliveIntervalMs } from './config.ts';
import { createPanelSession, type PanelShared } from './panel-session.ts';
import { createProfiles } from './profiles.ts';
import { createStatusMemory } from './status-memory.ts';

/** What sessions share, for tests without a socket. */
export function sharedFor(context: AdapterContext, profile = 'automatic', sources = ''): PanelShared {
  return {
    context,
    statuses: createStatusMemory(),
    profileOf: createProfiles(profile, sources),
    pace: createKeepAlivePace(context.now, keepAliveIntervalMs),
  };
}

/** A connection that stays open; what is answered to it goes nowhere. */
export function openPanel(context: AdapterContext): TcpSession {
  return createPanelSession(
    sharedFor(context),
    connectionTo(() => undefined),
  );
}

/** Feeds one connection's bytes and returns what was answered. */
export function feedPanel(context: AdapterContext, chunks: Buffer[], shared = sharedFor(context)): Buffer[] {
  const answers: Buffer[] = [];
  const session = createPanelSession(
    shared,
    connectionTo((bytes) => answers.push(Buffer.from(bytes))),
  );
  for (const chunk of chunks) session.onBytes(chunk);
  session.onEnd();
  return answers;
}

function connectionTo(write: (bytes: Uint8Array) => void): TcpConnection {
  return { remote: 'test', trust: () => undefined, garbage: () => true, write };
}
