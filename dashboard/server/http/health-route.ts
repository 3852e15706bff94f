import { PlatformHealth } from '#contracts/rest.ts';
import { type StoreHealthReader, storeHealthOf } from '#contracts/store-health.ts';
import type { DispatchClient } from '../incidents/dispatch-client.ts';
import type { LiveReaders } from '../live/snapshot.ts';
import type { DashboardDatabase } from '../tables.ts';
import type { App } from './routes.ts';

/** The neighbours that are asked. */
export interface HealthDeps {
  readers: Pick<LiveReaders, 'incidents' | 'gateEvents' | 'liveState'>;
  dispatch: Pick<DispatchClient, 'isReachable'>;
  isBrokerConnected: () => boolean;
  db: DashboardDatabase;
  storeHealth: StoreHealthReader;
  now: () => number;
}

/** `/api/health`: which neighbours answer, for anybody. */
export function addHealthRoute(app: App, deps: HealthDeps): void {
  const { readers } = deps;
  const platformHealth = createPlatformHealth(
    {
      dispatch: () => deps.dispatch.isReachable(),
      broker: () => deps.isBrokerConnected(),
      registry: () => deps.db.selectFrom('account').select('login').limit(1).execute(),
      incidents: () => readers.incidents.newestChange(),
      journal: () => readers.gateEvents.latest('', 1),
      'live-state': () => readers.liveState.gateways(''),
    },
    deps.storeHealth,
    deps.now,
  );
  app.get(
    '/api/health',
    {
      config: { withoutSignIn: true },
      schema: {
        tags: ['health'],
        summary:
          'Which of the neighbours answer, and what the telemetry store does not take; needs no signing in.',
        response: { 200: PlatformHealth },
      },
    },
    () => platformHealth(),
  );
}

/** Looks at one neighbour: true, or a promise of it, where it answers; an error means it does not. */
export type PartProbe = () => unknown;

/** An answer is given again for this long, so that asking without signing in burdens nobody. */
const reuseMs = 2000;
/** Causes and measurements told at once, most entries first. */
const maxCauses = 50;

/** Creates a reader of which neighbours answer. */
export function createPlatformHealth(
  probes: Record<string, PartProbe>,
  store: StoreHealthReader,
  now: () => number,
): () => Promise<PlatformHealth> {
  let readAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<PlatformHealth> | undefined;

  const look = async (probe: PartProbe): Promise<'up' | 'down'> => {
    try {
      return (await probe()) === false ? 'down' : 'up';
    } catch {
      return 'down';
    }
  };
  const readStore = () => {
    try {
      return storeHealthOf(store.refused(undefined, maxCauses), store.trouble());
    } catch {
      return storeHealthOf([], { name: 'failing', since: now() });
    }
  };
  const read = async (): Promise<PlatformHealth> => {
    const parts = await Promise.all(
      Object.entries(probes).map(async ([name, probe]) => [name, await look(probe)] as const),
    );
    return {
      ok: parts.every(([, state]) => state === 'up'),
      parts: Object.fromEntries(parts),
      store: readStore(),
    };
  };
  return () => {
    if (!answer || now() - readAt >= reuseMs) {
      readAt = now();
      answer = read();
    }
    return answer;
  };
}
