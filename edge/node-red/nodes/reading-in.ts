import { chosen, followLink } from '../follow-link.ts';
import type { FlowNode, NodeRedApi } from '../node-red-api.ts';

/** `reading in`: sends a message for each reading of the gateway's devices, of the chosen quantities. */
export default function registerReadingIn(RED: NodeRedApi): void {
  function ReadingIn(this: FlowNode, config: { quantities?: string; device?: string }) {
    RED.nodes.createNode(this, config);
    const isChosen = chosen(config.quantities);
    followLink(RED, this, config.device ?? '', (body) => body.type === 'reading' && isChosen(body.quantity));
  }
  RED.nodes.registerType('shouwang-reading-in', ReadingIn);
}
