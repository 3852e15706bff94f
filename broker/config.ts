import { type Static, Type } from 'typebox';
import { durationMs, port } from '#runtime/settings.ts';

const count = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description });
const bytes = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description: `${description}, in bytes.` });

/** Settings of the broker; each description says what happens at the limit. */
export const brokerSettings = {
  part: 'BROKER',
  renamed: { maxRateDebtMs: 'maxThrottleMs' } as const,
  schema: Type.Object({
    dataDir: Type.String({
      default: 'data',
      minLength: 1,
      description: 'Folder of the data; the broker reads registry.db in it and writes broker/.',
    }),
    logLevel: Type.Enum(['debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      description: 'Least serious log line written.',
    }),
    host: Type.String({ default: '127.0.0.1', minLength: 1, description: 'Address to listen on.' }),
    tcpPort: port(1883, 'Port of MQTT over TCP; 0 takes any free one.'),
    wsPort: port(8083, 'Port of MQTT over WebSocket; 0 takes any free one.'),
    healthPort: port(9411, 'Port of /health and /metrics; 0 takes any free one.'),

    maxConnections: count(
      2000,
      1,
      100_000,
      'Signed-in gateway connections; a CONNECT beyond is answered with code 3. Services are not counted.',
    ),
    maxPendingConnections: count(
      1024,
      1,
      10_000,
      'Connections that have not signed in, over TCP and WebSocket; one more closes the longest waiting of the address (IPv6: /64) with the most of them. An address from which somebody has signed in counts only beyond a quarter of this.',
    ),
    maxKnownNetworks: count(
      10_000,
      100,
      1_000_000,
      'Addresses (IPv6: /64) remembered from which somebody has signed in; one more forgets the one longest unused. 10,000 of them are written down, for the next start.',
    ),
    trustedProxies: Type.String({
      default: '',
      description:
        'Addresses and networks of proxies in front of the broker, separated by commas, e.g. 10.0.0.5,10.1.0.0/16. Only their PROXY header (version 1 or 2, TCP) and X-Forwarded-For (WebSocket) are believed; a listed proxy that sends none is itself the client. List only proxies that always send it: through any other a client could state a false address.',
    }),
    maxConnectionsPerGateway: count(
      4,
      1,
      64,
      'Connections of one gateway identity; one more closes the oldest of them.',
    ),
    maxConnectionsPerService: count(
      16,
      1,
      256,
      'Connections of one service identity; one more closes the oldest of them.',
    ),
    connectTimeoutMs: durationMs(
      5000,
      100,
      5000,
      'Longest time from accepting a connection to its whole CONNECT, a WebSocket upgrade included, after which it is closed',
    ),
    maxKeepAliveS: Type.Integer({
      default: 120,
      minimum: 5,
      maximum: 3600,
      description: 'Longest keep-alive of a client, in s; 0 or a longer one is refused with code 5.',
    }),
    drainTimeoutMs: durationMs(
      10_000,
      1000,
      60_000,
      'Longest time a client takes nothing of what is sent to it, after which it is closed',
    ),
    maxSubscriptions: count(64, 1, 10_000, 'Subscriptions of one connection; one more is answered with 128.'),

    maxPayloadBytes: bytes(
      262_144,
      1024,
      16_777_216,
      'Payload of a PUBLISH, on topics of gateways less: 65 KiB of alarms, 256 KiB of telemetry, 64 KiB of states; a longer one closes the connection as soon as its length is read',
    ),
    maxWebSocketMessageBytes: bytes(
      1_048_576,
      65_536,
      16_777_216,
      'One WebSocket message, which may hold many packets; at least the longest packet; a longer one closes the connection',
    ),
    maxControlPacketBytes: bytes(
      16_384,
      1024,
      262_144,
      'Length of any other packet, CONNECT with its will included; a longer one closes the connection',
    ),
    maxSendBufferBytes: bytes(
      8_388_608,
      65_536,
      268_435_456,
      'Queue to a slow client, retained messages not counted; a client with a longer queue is closed. In the queue to a service a gateway may have a quarter of the free space; beyond that it is read slower, and beyond half of it its messages are dropped',
    ),

    gatewayMessagesPerS: count(
      2000,
      10,
      1_000_000,
      'MQTT packets a second of a gateway connection, twice that at once; beyond, its socket is read slower. One that comes back goes on with the debt it left.',
    ),
    gatewayBytesPerS: bytes(
      33_554_432,
      65_536,
      1_073_741_824,
      'Received a second on a gateway connection, twice that at once; beyond, its socket is read slower',
    ),
    serviceMessagesPerS: count(
      50_000,
      1000,
      1_000_000,
      'MQTT packets a second of a service connection, twice that at once; beyond, its socket is read slower.',
    ),
    serviceBytesPerS: bytes(
      134_217_728,
      1_048_576,
      1_073_741_824,
      'Received a second on a service connection, twice that at once; beyond, its socket is read slower',
    ),
    alarmMessagesPerS: count(
      500,
      10,
      1_000_000,
      'Messages a second of one gateway on its alarm topic, twice that at once; beyond, its socket is read slower.',
    ),
    alarmBytesPerS: bytes(
      262_144,
      65_536,
      1_073_741_824,
      'Payload a second of one gateway on its alarm topic, twice that at once; beyond, its socket is read slower',
    ),
    telemetryBytesPerS: bytes(
      4_194_304,
      65_536,
      1_073_741_824,
      'Payload a second of one gateway on its telemetry topic, twice that at once; beyond, its socket is read slower',
    ),
    stateMessagesPerS: count(
      10,
      1,
      10_000,
      'Messages a second of one gateway on its state topic, twice that at once; beyond, its socket is read slower.',
    ),
    subscribeTokensPerS: count(
      2000,
      100,
      1_000_000,
      'Work of signing in and subscribing a second of one identity, half of it by one connection: 25 a CONNECT, 10 a filter, 1 a retained message it matches. All retained messages may be asked for at once; beyond, the socket is read slower.',
    ),
    maxThrottleMs: durationMs(
      10_000,
      1000,
      60_000,
      'Longest pause in reading a connection that is over its rate; one that would need a longer pause is closed',
    ),

    maxRetained: count(
      20_000,
      1,
      1_000_000,
      'Retained warnings of all communities; one on a further topic is delivered and not retained. States have their own room.',
    ),
    maxRetainedBytes: bytes(
      8_388_608,
      65_536,
      268_435_456,
      'Payloads of retained warnings in all; one beyond is delivered and not retained',
    ),
    maxRetainedPerCommunity: count(
      5000,
      1,
      1_000_000,
      'Retained warnings of one community; one on a further topic is delivered and not retained.',
    ),
    maxRetainedBytesPerGateway: bytes(
      32_768,
      1024,
      65_536,
      'Payload of the state a gateway retains, which each has its own room for; a longer one is delivered, not retained, and clears the one before',
    ),

    loginFailures: count(
      10,
      1,
      1000,
      'Failed sign-ins of one address (IPv6: /64) within the window, after which its failing CONNECTs are refused without a read of the registry; right credentials are always accepted.',
    ),
    loginWindowMs: durationMs(60_000, 1000, 3_600_000, 'Window in which failed sign-ins are counted'),
    loginRefusalMs: durationMs(60_000, 1000, 3_600_000, 'Time an address is refused after too many failures'),
    maxLoginNetworks: count(
      10_000,
      100,
      1_000_000,
      'Addresses (IPv6: /64) whose failures are remembered; one more forgets the oldest.',
    ),
    registryIntervalMs: durationMs(
      500,
      50,
      10_000,
      'Time after which a change of the registry is noticed and clients that lost their rights are closed',
    ),
    registryRefreshMs: durationMs(
      200,
      10,
      10_000,
      'Shortest time between two readings of the registry for an unknown user name',
    ),
  }),
};
export type BrokerSettings = Static<typeof brokerSettings.schema>;
