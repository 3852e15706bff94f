import type { CommandAnswer, CommandRequest } from '../feed-messages.ts';
import type { FlowNode, NodeRedApi, NodeStatus } from '../node-red-api.ts';

interface CommandConfig {
  device: string;
  action: CommandRequest['action'];
}

const fills: Record<CommandAnswer['result'], NodeStatus['fill']> = {
  done: 'green',
  unknown: 'yellow',
  failed: 'red',
  expired: 'red',
};

/** `command`: actuates a device of this gateway, and says what became of it. */
export default function registerCommand(RED: NodeRedApi): void {
  function Command(this: FlowNode, config: CommandConfig) {
    RED.nodes.createNode(this, config);
    const link = RED.settings.shouwangLink;
    this.on('input', (message, send, done) => {
      this.status({ fill: 'yellow', shape: 'ring', text: RED._('status.waiting') });
      // A flow that tries again gives the same request, and the action is done once.
      const request = typeof message.request === 'string' ? message.request : crypto.randomUUID();
      link.command({ request, device: config.device, action: config.action }).then(
        ({ result, reason }) => {
          const text = RED._(`status.${result}`);
          this.status({ fill: fills[result], shape: 'dot', text: reason ? `${text} (${reason})` : text });
          send({ ...message, request, outcome: result, ...(reason && { reason }) });
          done();
        },
        (error: Error) => {
          this.status({ fill: 'red', shape: 'dot', text: error.message.slice(0, 80) });
          done(error);
        },
      );
    });
  }
  RED.nodes.registerType('shouwang-command', Command);
}
