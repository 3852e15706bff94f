import type { IncidentNotice } from '#contracts/notices.ts';
import { buildTopic } from '#contracts/topics.ts';
import type { Logger } from '#runtime/log.ts';
import type { MqttService } from '#runtime/mqtt-service.ts';
import type { ChangedIncident } from './storage/new-entries.ts';

/**
 * Creates what wakes the readers of the incident log after a commit: one notice an incident, not retained,
 * QoS 0. A lost one costs its reader one poll.
 */
export function createReaderNotifier(
  mqtt: Pick<MqttService, 'publish'>,
  log: Logger,
): (changed: ChangedIncident[]) => void {
  return (changed) => {
    for (const { incident, community, change } of changed) {
      const notice: IncidentNotice = { schemaVersion: 1, id: incident, change };
      try {
        const topic = buildTopic({ name: 'incident', community, incident });
        mqtt.publish(topic, JSON.stringify(notice), { qos: 0, retain: false });
      } catch (error) {
        // What is committed stands; its readers poll.
        log.warn({ err: error, incident }, 'notice not published');
      }
    }
  };
}
