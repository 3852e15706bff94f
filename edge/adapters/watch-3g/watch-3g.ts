import type { AdapterFactory } from '../adapter.ts';
import { createKeepAliveThrottle } from '../keep-alive-throttle.ts';
import { openTcpListener } from '../tcp-listener.ts';
import { createProfileChoice } from './alarm-profile.ts';
import { keepAliveIntervalMs, protocol, type Watch3gSettings } from './config.ts';
import { createWatchMemory } from './watch-memory.ts';
import { createWatchSession, type WatchShared } from './watch-session.ts';

/**
 * Listens for elderly wearables of the 3G watch protocol.
 *
 * @throws {RuntimeError} `PORT_TAKEN`, or `SETTING_INVALID` for an unknown alarm profile.
 */
export const createWatch3gAdapter: AdapterFactory<Watch3gSettings> = async (context) => {
  const { settings } = context;
  const shared: WatchShared = {
    context,
    maxFrameBytes: settings.maxFrameBytes,
    profileOf: createProfileChoice(settings.profiles),
    memory: createWatchMemory(),
    pace: createKeepAliveThrottle(context.now, keepAliveIntervalMs),
  };
  const listener = await openTcpListener(context, {
    protocol,
    host: settings.host,
    port: settings.port,
    setting: 'EDGE_WATCH3G_PORT',
    maxConnections: settings.maxConnections,
    idleTimeoutMs: settings.idleTimeoutMs,
    createSession: (connection) => createWatchSession(shared, connection),
  });
  return listener;
};
