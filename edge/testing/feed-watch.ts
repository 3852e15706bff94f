import type { AdapterContext } from '../adapters/adapter.ts';
import { createKeepAliveThrottle } from '../adapters/keep-alive-throttle.ts';
import { createProfileChoice } from '../adapters/watch-3g/alarm-profile.ts';
import { keepAliveIntervalMs } from '../adapters/watch-3g/config.ts';
import { createWatchMemory } from '../adapters/watch-3g/watch-memory.ts';
import { createWatchSession, type WatchShared } from '../adapters/watch-3g/watch-session.ts';

/** What sessions share, for tests without a socket. */
export function sharedFor(context: AdapterContext, profiles = '', maxFrameBytes = 65_536): WatchShared {
  return {
    context,
    maxFrameBytes,
    profileOf: createProfileChoice(profiles),
    memory: createWatchMemory(),
    pace: createKeepAliveThrottle(context.now, keepAliveIntervalMs),
  };
}

/** Feeds one connection's bytes and returns what was answered. */
export function feedWatch(context: AdapterContext, chunks: Buffer[], shared = sharedFor(context)): Buffer[] {
  const answers: Buffer[] = [];
  const session = createWatchSession(shared, {
    remote: 'test',
    trust: () => undefined,
    garbage: () => true,
    write: (bytes) => answers.push(Buffer.from(bytes)),
  });
  for (const chunk of chunks) session.onBytes(chunk);
  session.onEnd();
  return answers;
}
