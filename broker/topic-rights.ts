import { anyLevel, buildFilter, parseTopic, type Topic } from '#contracts/topics.ts';
import type { Identity, Service } from '#registry/credentials.ts';

/** Filters an identity may publish to and subscribe; `+` stands for any one level, `#` never occurs. */
export interface TopicRights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

const gatewayTopic = (name: 'state' | 'alarm' | 'telemetry' | 'ack' | 'command') =>
  buildFilter({ name, community: anyLevel, gateway: anyLevel });
const warnings = buildFilter({ name: 'warning', community: anyLevel, warning: anyLevel });
const incidents = buildFilter({ name: 'incident', community: anyLevel, incident: anyLevel });

const serviceRights: Record<Service, TopicRights> = {
  ingest: {
    publish: [gatewayTopic('ack')],
    subscribe: [gatewayTopic('state'), gatewayTopic('alarm'), gatewayTopic('telemetry'), incidents],
  },
  // It subscribes what it publishes to find and clear retained ghosts.
  warning: { publish: [warnings], subscribe: [warnings] },
  dispatch: { publish: [incidents, gatewayTopic('command')], subscribe: [warnings] },
  dashboard: {
    publish: [gatewayTopic('command')],
    subscribe: [incidents, gatewayTopic('state'), warnings],
  },
};

/** All rights of an identity; nothing else, neither client id nor address, adds to them. */
export function rightsOf(identity: Identity): TopicRights {
  if (identity.kind === 'service') return serviceRights[identity.service];
  const { community, gateway } = identity;
  const own = (name: 'state' | 'alarm' | 'telemetry' | 'ack' | 'command') =>
    buildFilter({ name, community, gateway });
  return {
    publish: [own('state'), own('alarm'), own('telemetry')],
    subscribe: [
      own('state'),
      own('ack'),
      own('command'),
      buildFilter({ name: 'warning', community, warning: anyLevel }),
    ],
  };
}

/** The topic taken apart where the rights allow publishing to it, else undefined. */
export function publishableTopic(rights: TopicRights, topic: string): Topic | undefined {
  return rights.publish.some((right) => covers(right, topic)) ? parseTopic(topic) : undefined;
}

/** True where every topic the filter can match is one the rights allow to read. */
export function maySubscribe(rights: TopicRights, filter: string): boolean {
  return rights.subscribe.some((right) => covers(right, filter));
}

/** True where a message on this topic may be handed to the identity. */
export function mayReceive(rights: TopicRights, topic: string): boolean {
  return rights.subscribe.some((right) => covers(right, topic));
}

/** True for topics whose last message the broker keeps for those who come later. */
export function mayRetain(topic: Topic): boolean {
  return topic.name === 'state' || topic.name === 'warning';
}

/**
 * True where `filter`, itself a filter or a topic, lies wholly inside `right`.
 *
 * `$SYS/…` and `$share/…` lie in none, since no right begins with a wildcard.
 */
function covers(right: string, filter: string): boolean {
  const allowed = right.split('/');
  const asked = filter.split('/');
  if (allowed.length !== asked.length) return false;
  return allowed.every((level, index) => {
    const wanted = asked[index] ?? '';
    if (level === anyLevel) return wanted === anyLevel || (wanted !== '' && !/[+#]/.test(wanted));
    return level === wanted;
  });
}
