import type { WarningNotice } from '#contracts/notices.ts';
import { toTimestamp } from '#contracts/time.ts';
import { anyLevel, buildFilter, buildTopic, parseTopic } from '#contracts/topics.ts';
import { serviceUsername } from '#registry/credentials.ts';
import type { Logger } from '#runtime/log.ts';
import { openMqttService } from '#runtime/mqtt-service.ts';
import type { WarningChanges } from './active-warnings.ts';
import type { Warning } from './warning.ts';
import { isPublished } from './warning-lifecycle.ts';

/** Most notices published at once after a reconnect; the rest follow at the next sweeps. */
export const maxRepublished = 5000;

/** Retained notices at the broker, kept equal to the active warnings, but for those whose incident people have resolved. */
export interface Notices {
  readonly connected: boolean;
  /** Publishes what a batch changed; silent while the broker is away, for the log is the truth. */
  announce(changes: WarningChanges): void;
  close(): Promise<void>;
}

/**
 * Opens the session that publishes warning notices. It listens to its own topics: so it sees what the broker
 * retains, clears ghosts as it meets them and, every `orphanSweepMs`, mends what differs either way.
 */
export function openNotices(options: {
  url: string;
  password: string;
  orphanSweepMs: number;
  active: () => Iterable<Warning>;
  find: (id: string) => Warning | undefined;
  log: Logger;
}): Notices {
  /** Topics that the broker was seen to retain a notice at. */
  const retained = new Set<string>();
  const holds = (id: string) => isPublished(options.find(id)?.state ?? 'none');
  const clear = (topic: string) => service.publish(topic, '', { qos: 1, retain: true });
  const publish = (warning: Warning) =>
    service.publish(topicOf(warning), JSON.stringify(noticeOf(warning)), { qos: 1, retain: true });

  const sweep = () => {
    if (!service.connected) return;
    for (const topic of retained) {
      const parsed = parseTopic(topic);
      if (parsed?.name === 'warning' && !holds(parsed.warning)) clear(topic);
    }
    let published = 0;
    for (const warning of options.active()) {
      if (published === maxRepublished) break;
      if (!isPublished(warning.state) || retained.has(topicOf(warning))) continue;
      publish(warning);
      published += 1;
    }
  };

  const service = openMqttService({
    url: options.url,
    username: serviceUsername('warning'),
    password: options.password,
    name: 'warning',
    subscriptions: [buildFilter({ name: 'warning', community: anyLevel, warning: anyLevel })],
    onMessage: (topic, payload) => {
      const parsed = parseTopic(topic);
      if (parsed?.name !== 'warning') return;
      if (payload.length === 0) retained.delete(topic);
      else retained.add(topic);
      if (payload.length > 0 && !holds(parsed.warning)) clear(topic);
    },
    onConnected: sweep,
    onLost: () => retained.clear(),
    log: options.log,
  });
  const timer = setInterval(sweep, options.orphanSweepMs);

  return {
    get connected() {
      return service.connected;
    },
    announce: ({ warnings }) => {
      for (const warning of warnings) {
        if (isPublished(warning.state)) publish(warning);
        else clear(topicOf(warning));
      }
    },
    close: async () => {
      clearInterval(timer);
      await service.close();
    },
  };
}

function topicOf({ community, id }: Warning): string {
  return buildTopic({ name: 'warning', community, warning: id });
}

function noticeOf(warning: Warning): WarningNotice {
  return {
    schemaVersion: 1,
    id: warning.id,
    kind: warning.kind,
    level: warning.level,
    building: warning.building,
    raisedAt: toTimestamp(warning.raisedAt),
    state: 'active',
  };
}
