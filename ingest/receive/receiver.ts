import { anyLevel, anyMetrics, buildFilter, type GatewayTopicName, parseTopic } from '#contracts/topics.ts';
import type { Logger } from '#runtime/log.ts';
import { type MqttService, type MqttServiceOptions, openMqttService } from '#runtime/mqtt-service.ts';
import type { GatewayStates } from './gateway-states.ts';
import type { Intake } from './intake.ts';
import type { PlatformMetrics } from './platform-metrics.ts';

/** How long an alarm may wait for telemetry that came before it, in ms, and for the commit in hand. */
const telemetryTurnMs = 5;

/** The two MQTT sessions of ingest. */
export interface Sessions {
  /** Alarms and gateway states: telemetry is never before them in a socket. */
  alarm: MqttService;
  telemetry: MqttService;
}

/** Opens both sessions; they connect when the broker is there and stay until closed. */
export function openSessions(options: {
  url: string;
  username: string;
  password: string;
  log: Logger;
  /** Asked per message, since sessions and what they feed know one another. */
  intake: () => Intake;
  states: () => GatewayStates;
  onMetrics: PlatformMetrics['receive'];
}): Sessions {
  const onMessage = (topicText: string, payload: Buffer, retained: boolean) => {
    const topic = parseTopic(topicText);
    if (!topic || topic.name === 'warning') return;
    if (topic.name === 'metrics') {
      options.onMetrics(topic.process, payload, topic.instance);
      return;
    }
    const { community, gateway, name } = topic;
    if (name === 'state') options.states().receive({ community, gateway }, payload, retained);
    else if (name === 'alarm' || name === 'telemetry') {
      options.intake().receive({ community, gateway, lane: name }, payload);
    }
  };
  const open = (
    name: string,
    topics: GatewayTopicName[],
    further: string[] = [],
    paced: Pick<MqttServiceOptions, 'turnMs' | 'isFull'> = {},
  ) =>
    openMqttService({
      url: options.url,
      username: options.username,
      password: options.password,
      name,
      subscriptions: topics
        .map((topic) => buildFilter({ name: topic, community: anyLevel, gateway: anyLevel }))
        .concat(further),
      // The gateway resends what is not acknowledged by us: the broker's own bookkeeping adds nothing.
      subscriptionQos: 0,
      onMessage,
      log: options.log,
      ...paced,
    });
  return {
    alarm: open('ingest-alarm', ['alarm', 'state']),
    telemetry: open('ingest-telemetry', ['telemetry'], anyMetrics, {
      turnMs: telemetryTurnMs,
      isFull: () => options.intake().isFull,
    }),
  };
}
