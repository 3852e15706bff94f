import type { GatewayLink } from './gateway-link.ts';

/** A message in a flow. */
export type FlowMessage = Record<string, unknown>;

/** Dot and words under a node. */
export interface NodeStatus {
  fill: 'green' | 'yellow' | 'red';
  shape: 'dot' | 'ring';
  text: string;
}

/** A node of a flow, as far as our nodes use it. @see https://nodered.org/docs/creating-nodes/node-js */
export interface FlowNode {
  send(message: FlowMessage): void;
  status(status: NodeStatus): void;
  on(
    event: 'input',
    listener: (
      message: FlowMessage,
      send: (message: FlowMessage) => void,
      done: (error?: Error) => void,
    ) => void,
  ): void;
  on(event: 'close', listener: () => void): void;
}

/** What Node-RED hands to a file of nodes, as far as ours use it. */
export interface NodeRedApi {
  nodes: {
    createNode(node: FlowNode, config: object): void;
    registerType<C>(type: string, create: (this: FlowNode, config: C) => void): void;
  };
  /** `shouwangLink` is put there by `main.ts`. */
  settings: { shouwangLink: GatewayLink };
  httpAdmin: {
    get(
      path: string,
      mayRead: unknown,
      answer: (request: unknown, response: { json(value: unknown): void }) => void,
    ): void;
  };
  auth: { needsPermission(permission: string): unknown };
  /** The words of our locale files, in the language of the gateway. */
  _(key: string, values?: Record<string, string | number>): string;
}
