import type { AdapterContext } from '../adapters/adapter.ts';
import { keepAliveIntervalMs } from '../adapters/gb26875/config.ts';
import { createPanelSession, type PanelShared } from '../adapters/gb26875/panel-session.ts';
import { createProfiles } from '../adapters/gb26875/profiles.ts';
import { createStatusMemory } from '../adapters/gb26875/status-memory.ts';
import { createKeepAliveThrottle } from '../adapters/keep-alive-throttle.ts';
import type { TcpConnection, TcpSession } from '../adapters/tcp-listener.ts';

/** What sessions share, for tests without a socket. */
export function sharedFor(context: AdapterContext, profile = 'automatic', sources = ''): PanelShared {
  return {
    context,
    statuses: createStatusMemory(),
    profileOf: createProfiles(profile, sources),
    pace: createKeepAliveThrottle(context.now, keepAliveIntervalMs),
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
