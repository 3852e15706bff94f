import {
  anyLevel,
  anyMetrics,
  buildFilter,
  type GatewayTopicName,
  parseTopic,
  type Topic,
} from '#contracts/topics.ts';
import type { Identity, Service } from '#registry/credentials.ts';

/** A topic or filter taken apart at its slashes. */
export type Levels = readonly string[];

/** Filters an identity may publish to and subscribe; `+` stands for any one level, `#` never occurs. */
export interface TopicRights {
  readonly publish: readonly Levels[];
  readonly subscribe: readonly Levels[];
}

const levelsOf = (topic: Topic): Levels => buildFilter(topic).split('/');
const gatewayTopic = (name: GatewayTopicName) => levelsOf({ name, community: anyLevel, gateway: anyLevel });
const warnings = levelsOf({ name: 'warning', community: anyLevel, warning: anyLevel });

const metricsOf = (process: 'dispatch' | 'dashboard') => levelsOf({ name: 'metrics', process });
const metricsOfOneDashboard = levelsOf({ name: 'metrics', process: 'dashboard', instance: anyLevel });

const serviceRights: Record<Service, TopicRights> = {
  ingest: {
    publish: [gatewayTopic('ack')],
    subscribe: [
      gatewayTopic('state'),
      gatewayTopic('alarm'),
      gatewayTopic('telemetry'),
      ...anyMetrics.map((filter) => filter.split('/')),
    ],
  },
  // It subscribes what it publishes to find and clear retained ghosts.
  warning: { publish: [warnings], subscribe: [warnings] },
  dispatch: {
    publish: [gatewayTopic('command'), metricsOf('dispatch')],
    subscribe: [gatewayTopic('state')],
  },
  dashboard: {
    publish: [gatewayTopic('command'), metricsOf('dashboard'), metricsOfOneDashboard],
    subscribe: [],
  },
};

/** All rights of an identity; nothing else, neither client id nor address, adds to them. */
export function rightsOf(identity: Identity): TopicRights {
  if (identity.kind === 'service') return serviceRights[identity.service];
  const { community, gateway } = identity;
  const own = (name: GatewayTopicName) => levelsOf({ name, community, gateway });
  return {
    publish: [own('state'), own('alarm'), own('telemetry')],
    subscribe: [
      own('state'),
      own('ack'),
      own('command'),
      levelsOf({ name: 'warning', community, warning: anyLevel }),
    ],
  };
}

/** True where the rights allow publishing to a topic. */
export function mayPublish(rights: TopicRights, topic: Levels): boolean {
  return isReceived(rights.publish, topic);
}

/** The topic taken apart where the rights allow publishing to it, else undefined. */
export function publishableTopic(rights: TopicRights, topic: string): Topic | undefined {
  return mayPublish(rights, topic.split('/')) ? parseTopic(topic) : undefined;
}

/** True where every topic the filter can match is one the rights allow to read. */
export function maySubscribe(rights: TopicRights, filter: string): boolean {
  return isReceived(rights.subscribe, filter.split('/'));
}

/** True where a message on this topic may be handed to the identity. */
export function mayReceive(rights: TopicRights, topic: Levels): boolean {
  return isReceived(rights.subscribe, topic);
}

/** True where a filter without `#` matches a topic. */
export function isMatch(filter: string, topic: string): boolean {
  return admitsAll(filter.split('/'), topic.split('/'));
}

/** True for topics whose last message the broker keeps for those who come later. */
export function mayRetain(topic: Topic): boolean {
  return topic.name === 'state' || topic.name === 'warning';
}

/**
 * True where `asked`, a filter or a topic, lies wholly inside one of the rights.
 *
 * `$SYS/…` and `$share/…` lie in none, since no right begins with a wildcard.
 */
function isReceived(rights: readonly Levels[], asked: Levels): boolean {
  for (const right of rights) if (admitsAll(right, asked)) return true;
  return false;
}

function admitsAll(right: Levels, asked: Levels): boolean {
  if (right.length !== asked.length) return false;
  for (let at = 0; at < right.length; at++) {
    if (!admits(right[at] as string, asked[at] as string)) return false;
  }
  return true;
}

function admits(level: string, asked: string): boolean {
  if (level !== anyLevel) return level === asked;
  return asked === anyLevel || (asked !== '' && !asked.includes('+') && !asked.includes('#'));
}
