import type { FlowObservation } from '../feed-messages.ts';
import type { FlowMessage, FlowNode, NodeRedApi } from '../node-red-api.ts';

interface PublishConfig {
  device: string;
  what: 'event' | 'reading' | 'message';
  kind: string;
  quantity: string;
}

/** `publish`: has the gateway accept a flow's own event or reading, and says whether it did. */
export default function registerPublish(RED: NodeRedApi): void {
  function Publish(this: FlowNode, config: PublishConfig) {
    RED.nodes.createNode(this, config);
    const link = RED.settings.shouwangLink;
    this.on('input', (message, send, done) => {
      this.status({ fill: 'yellow', shape: 'ring', text: RED._('status.waiting') });
      link.publish(config.device, observationOf(config, message)).then(
        ({ outcome }) => {
          this.status({ fill: 'green', shape: 'dot', text: RED._(`status.${outcome}`) });
          send({ ...message, outcome });
          done();
        },
        (error: Error) => {
          this.status({ fill: 'red', shape: 'dot', text: error.message.slice(0, 80) });
          done(error);
        },
      );
    });
  }
  RED.nodes.registerType('shouwang-publish', Publish);
}

/** What a message asks to publish; the agent checks it against the contract. */
function observationOf({ what, kind, quantity }: PublishConfig, message: FlowMessage): FlowObservation {
  const { payload, active } = message;
  if (what === 'message') return payload as FlowObservation;
  const observation =
    what === 'reading'
      ? { type: 'reading', quantity, value: payload }
      : {
          type: 'event',
          kind,
          ...(typeof active === 'boolean' && { active }),
          ...(typeof payload === 'string' && { text: payload }),
        };
  return observation as FlowObservation;
}
