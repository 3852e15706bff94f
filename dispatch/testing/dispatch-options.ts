import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import type { DispatchOptions } from '../open-dispatch.ts';
import type { TestPlace } from './open-test-dispatch.ts';
import { testChannels, testReopenMs } from './test-parts.ts';

/** What dispatch is opened with whole in tests: the community, the warning log and the clock of a place, any port. */
export function testDispatchOptions(place: TestPlace): DispatchOptions {
  return {
    dataDir: place.folder,
    reader: place.log,
    registry: { current: () => place.registry, refresh: () => Promise.resolve(place.registry) },
    results: { after: () => [] },
    commandLink: { sessions: { find: () => undefined }, publish: () => false },
    channels: testChannels(),
    token: 'a-token-of-services',
    host: '127.0.0.1',
    port: 0,
    escalationStepMs: 60_000,
    assignmentResponseMs: 60_000,
    reopenMs: testReopenMs,
    escalationRepeats: 1,
    unansweredRepeatMs: 300_000,
    now: () => place.clock.time,
    notify: () => undefined,
    metrics: createMetrics(),
    log: silentLog(),
  };
}
