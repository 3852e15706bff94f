import { PlatformHealth } from '#contracts/rest.ts';
import type { AppDeps } from '../app.ts';
import { createPlatformHealth } from '../platform-health.ts';
import type { App } from './routes.ts';

type HealthDeps = Pick<AppDeps, 'readers' | 'dispatch' | 'isBrokerConnected' | 'db' | 'storeHealth' | 'now'>;

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
