import type { FeedRecord } from './feed-messages.ts';
import type { FlowMessage, FlowNode, NodeRedApi } from './node-red-api.ts';

/**
 * Sends the copies that `fits` lets pass from a node, and shows the link's state under it.
 *
 * @param device A device's address or the beginning of one, e.g. `hikvision-isapi:`; empty is every device.
 */
export function followLink(
  RED: NodeRedApi,
  node: FlowNode,
  device: string,
  fits: (body: FeedRecord['body']) => boolean,
): void {
  const link = RED.settings.shouwangLink;
  const endRecords = link.onRecord((record) => {
    if (record.device.startsWith(device) && fits(record.body)) node.send(messageOf(record));
  });
  const endState = link.onState((state, lost) => {
    if (state === 'connecting') {
      node.status({ fill: 'red', shape: 'ring', text: RED._('status.connecting') });
    } else if (lost > 0) {
      node.status({ fill: 'yellow', shape: 'dot', text: RED._('status.lost', { count: lost }) });
    } else {
      node.status({ fill: 'green', shape: 'dot', text: RED._('status.connected') });
    }
  });
  node.on('close', () => {
    endRecords();
    endState();
  });
}

/** The values of a choice of several, as the editor keeps them: joined by commas, empty for all. */
export function chosen(values: string | undefined): (value: string) => boolean {
  const set = new Set((values ?? '').split(',').filter(Boolean));
  return (value) => set.size === 0 || set.has(value);
}

// Each node has a copy of its own: a flow may change it.
function messageOf({ type: _type, device, body, ...facts }: FeedRecord): FlowMessage {
  return { topic: device, device, payload: structuredClone(body), ...facts };
}
