import { type Static, Type } from 'typebox';
import { CommunityId, GatewayId } from '#contracts/facts/identifiers.ts';
import { port, type SettingsSchema } from '#runtime/settings.ts';

const secret = (minLength: number, description: string) => Type.String({ minLength, description });

/** Settings of the gateway's flow editor. */
export const nodeRedSettings = {
  part: 'EDGE_NODE_RED',
  schema: Type.Object({
    enabled: Type.Boolean({ default: false, description: 'Run the flow editor on this machine.' }),
    community: Type.String({
      ...CommunityId,
      description: 'Community the gateway stands in, its EDGE_COMMUNITY.',
    }),
    gateway: Type.String({ ...GatewayId, description: 'Gateway the flows belong to.' }),
    dataDir: Type.String({
      default: 'data',
      minLength: 1,
      description: 'Folder of the data; flows are kept in gateways/<community>.<gateway>/node-red/ in it.',
    }),
    logLevel: Type.Enum(['debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      description: 'Least serious log line written.',
    }),
    host: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description: 'Address of the editor; put TLS in front before it leaves the machine.',
    }),
    port: port(1880, 'Port of the editor; 0 takes any free one.'),
    healthPort: port(9417, 'Port of /health and /metrics, on loopback; 0 takes any free one.'),
    user: Type.String({
      default: 'flows',
      pattern: '^[A-Za-z0-9._-]{2,64}$',
      description: 'Login of the editor.',
    }),
    password: secret(12, 'Password of the editor; there is none by default.'),
    trustedProxy: Type.String({
      default: '',
      description: 'Addresses or networks of reverse proxies whose X-Forwarded-For is believed, by comma.',
    }),
    credentialSecret: secret(16, 'Key that encrypts the credentials kept in flows.'),
    feedUrl: Type.String({
      default: 'http://127.0.0.1:9416',
      pattern: '^http://.+$',
      description: "Address of the agent's feed for flows.",
    }),
    feedToken: secret(16, "Token of the agent's feed for flows, its EDGE_FLOW_TOKEN."),
    safeMode: Type.Boolean({
      default: false,
      description: 'Open the editor without running the flows, to mend one that ends the process.',
    }),
  }),
} satisfies SettingsSchema;
export type NodeRedSettings = Static<typeof nodeRedSettings.schema>;
