import { CommunityId, createIdTest, GatewayId, WarningId } from './facts/identifiers.ts';
import { MetricInstance, type MetricProcess, metricProcesses } from './metrics.ts';

const root = 'sw/1';
const isCommunityId = createIdTest(CommunityId);
const isGatewayId = createIdTest(GatewayId);
const isWarningId = createIdTest(WarningId);
const isInstance = createIdTest(MetricInstance);

/** What a gateway publishes, and what is published to it. */
export const gatewayTopicNames = ['state', 'alarm', 'telemetry', 'ack', 'command'] as const;
export type GatewayTopicName = (typeof gatewayTopicNames)[number];

/** A topic of the platform, taken apart. */
export type Topic =
  | { name: GatewayTopicName; community: string; gateway: string }
  | { name: 'warning'; community: string; warning: string }
  | { name: 'metrics'; process: MetricProcess; instance?: string };

/** One MQTT level that matches everything, for subscriptions. */
export const anyLevel = '+';

/** Writes a topic. @throws {RangeError} where a part is not an identifier of its kind. */
export function buildTopic(topic: Topic): string {
  const text = join(topic);
  if (!parseTopic(text)) throw new RangeError(`not a topic: ${JSON.stringify(topic)}`);
  return text;
}

/** Writes a subscription filter; any part may be `anyLevel`. */
export function buildFilter(topic: Topic): string {
  return join(topic);
}

/** Metrics of every process, and of every one of several. */
export const anyMetrics = [`${root}/metrics/${anyLevel}`, `${root}/metrics/${anyLevel}/${anyLevel}`];

/** Takes a topic apart; undefined for what is not one of ours. */
export function parseTopic(text: string): Topic | undefined {
  const [sw, version, community, second, third, ...rest] = text.split('/');
  if (`${sw}/${version}` !== root || rest.length > 0) return undefined;
  if (community === 'metrics') {
    const process = metricProcesses.find((known) => known === second);
    if (!process || (third !== undefined && !isInstance(third))) return undefined;
    return { name: 'metrics', process, ...(third && { instance: third }) };
  }
  if (!community || !second || !third) return undefined;
  if (!isCommunityId(community)) return undefined;
  if (second === 'warning') {
    return isWarningId(third) ? { name: 'warning', community, warning: third } : undefined;
  }
  if (!isGatewayId(second)) return undefined;
  const name = gatewayTopicNames.find((known) => known === third);
  return name && { name, community, gateway: second };
}

function join(topic: Topic): string {
  if (topic.name === 'metrics')
    return [root, 'metrics', topic.process, topic.instance ?? []].flat().join('/');
  if (topic.name === 'warning') return `${root}/${topic.community}/warning/${topic.warning}`;
  return `${root}/${topic.community}/${topic.gateway}/${topic.name}`;
}
