import { chosen, followLink } from '../follow-link.ts';
import type { FlowNode, NodeRedApi } from '../node-red-api.ts';
import { vocabulary } from '../vocabulary.ts';

/** `event in`: sends a message for each device event of the gateway, of the chosen kinds. */
export default function registerEventIn(RED: NodeRedApi): void {
  RED.httpAdmin.get('/shouwang/vocabulary', RED.auth.needsPermission('flows.read'), (_request, response) =>
    response.json(vocabulary),
  );
  function EventIn(this: FlowNode, config: { kinds?: string; device?: string }) {
    RED.nodes.createNode(this, config);
    const isChosen = chosen(config.kinds);
    followLink(RED, this, config.device ?? '', (body) => body.type === 'event' && isChosen(body.kind));
  }
  RED.nodes.registerType('shouwang-event-in', EventIn);
}
