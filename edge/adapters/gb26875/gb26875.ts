import type { AdapterFactory } from '../adapter.ts';
import { createKeepAliveThrottle } from '../keep-alive-throttle.ts';
import { openTcpListener } from '../tcp-listener.ts';
import { type Gb26875Settings, keepAliveIntervalMs, protocol } from './config.ts';
import { createPanelSession, type PanelShared } from './panel-session.ts';
import { createProfiles } from './profiles.ts';
import { createStatusMemory } from './status-memory.ts';

/**
 * Listens for fire panel transmitters (用户信息传输装置).
 *
 * @throws {RuntimeError} `PORT_TAKEN`, or `SETTING_INVALID` for a profile that does not exist.
 * @see GB/T 26875.3-2011
 */
export const createGb26875Adapter: AdapterFactory<Gb26875Settings> = async (context) => {
  const { settings } = context;
  const shared: PanelShared = {
    context,
    statuses: createStatusMemory(),
    profileOf: createProfiles(settings.profile, settings.sourceProfiles),
    pace: createKeepAliveThrottle(context.now, keepAliveIntervalMs),
  };
  const listener = await openTcpListener(context, {
    protocol,
    host: settings.host,
    port: settings.port,
    setting: 'EDGE_GB26875_PORT',
    maxConnections: settings.maxConnections,
    idleTimeoutMs: settings.idleTimeoutMs,
    createSession: (connection) => createPanelSession(shared, connection),
  });
  return listener;
};
