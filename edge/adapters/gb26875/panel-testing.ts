import type { AdapterContext } from '../adapter.ts';
import { createKeepAlivePace } from '../keep-alive-pace.ts';
import { keepAliveIntervalMs } from './config.ts';
import { createPanelSession, type PanelShared } from './panel-session.ts';
import { createStatusMemory } from './status-memory.ts';

/** What sessions share, for tests without a socket. */
export function sharedFor(context: AdapterContext): PanelShared {
  return {
    context,
    statuses: createStatusMemory(),
    pace: createKeepAlivePace(context.now, keepAliveIntervalMs),
  };
}

/** Feeds one connection's bytes and returns what was answered. */
export function feedPanel(context: AdapterContext, chunks: Buffer[], shared = sharedFor(context)): Buffer[] {
  const answers: Buffer[] = [];
  const session = createPanelSession(shared, {
    remote: 'test',
    trust: () => undefined,
    garbage: () => true,
    write: (bytes) => answers.push(Buffer.from(bytes)),
  });
  for (const chunk of chunks) session.onBytes(chunk);
  session.onEnd();
  return answers;
}
