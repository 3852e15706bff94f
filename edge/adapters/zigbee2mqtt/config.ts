import { type Static, Type } from 'typebox';
import { port } from '#runtime/settings.ts';
import { adapterSettings } from '../adapter.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'zigbee2mqtt';

/** Settings of the adapter for Zigbee2MQTT and for devices that speak MQTT themselves. */
export const zigbee2mqttSettings = adapterSettings({
  protocol,
  devices: 'Zigbee2MQTT and MQTT devices',
  network: 'site',
  isEnabled: ({ password, brokerUrl }) => password !== undefined || brokerUrl !== undefined,
  part: 'EDGE_ZIGBEE2MQTT',
  schema: Type.Object({
    host: Type.String({ default: '127.0.0.1', description: "Address of the agent's own MQTT listener." }),
    port: port(1885, "Port of the agent's own MQTT listener; 0 takes a free one."),
    username: Type.String({
      default: 'zigbee2mqtt',
      minLength: 1,
      description: 'Who signs in: devices at the own listener, or the agent at brokerUrl.',
    }),
    password: Type.Optional(
      Type.String({
        minLength: 8,
        description:
          'Secret of that user name; without it, and without brokerUrl, the adapter does not listen.',
      }),
    ),
    brokerUrl: Type.Optional(
      Type.String({
        pattern: '^mqtts?://.+$',
        description: "The gateway's existing broker; with it the agent opens no listener of its own.",
      }),
    ),
    clientId: Type.String({
      default: 'shouwang-gateway',
      minLength: 1,
      maxLength: 64,
      description: 'Client id at brokerUrl, the same after every start: the broker keeps alarms by it.',
    }),
    baseTopic: Type.String({
      default: 'zigbee2mqtt',
      pattern: '^[^+#/$][^+#]{0,63}$',
      description: 'Base topic set in Zigbee2MQTT.',
    }),
    maxConnections: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 2000,
      description:
        'Most connections at the own listener; one more takes the place of one that has not signed in, else it is refused.',
    }),
    sirenDurationS: Type.Integer({
      default: 180,
      minimum: 30,
      maximum: 900,
      description: 'How long a siren sounds at most after it is started, in seconds.',
    }),
    filterButtonCache: Type.Boolean({
      default: true,
      description:
        'Ask Zigbee2MQTT to leave presses of buttons out of its cache (filtered_cache), so that a press can always be distinguished from a repeat.',
    }),
  }),
});
export type Zigbee2mqttSettings = Static<typeof zigbee2mqttSettings.schema>;

/** Longest packet, in bytes; the list of 1,000 devices has about 3.5 MB. */
export const maxPacketBytes = 8_388_608;
/** Longest state of one device, in bytes. */
export const maxStateBytes = 65_536;
/** Most devices read of one list; the rest speak by their topic. */
export const maxDevices = 2000;
/** Shortest time between two keep-alives of a device, ms. */
export const keepAliveIntervalMs = 60_000;
/** A report that arrives again within this after a start may be one sent again, ms. */
export const redeliveryMs = 60_000;
/** The same press within this may be one that the radio repeated, ms. */
export const actionRepeatMs = 2000;
/** A retained state is current where its own `last_seen` is no older, ms. */
export const freshMs = 120_000;
/** The first state of a device in this time after its bridge came, or the agent started, may be the bridge's cache, ms. */
export const cacheWindowMs = 60_000;
/** A danger in such a state that was not reported before is late where its `last_seen` is older, ms. */
export const lateCacheMs = 900_000;
/** A `last_seen` further from our clock is no identity, ms. */
export const trustedClockMs = 600_000;
/** Two messages of a button, each a press or a repeat, this close are a press, ms. */
export const secondPressMs = 30_000;
/** Most dangerous values remembered as reported; beyond it the oldest may be reported once more. */
export const maxReportedValues = 10_000;
/** Shortest time between two writes of reported values: an agent killed in it may report again, marked, ms. */
export const reportedUrgentMs = 100;
/** How long a newer `last_seen` of a reported value waits for its write, ms. */
export const reportedRefreshMs = 10_000;
/** Unreadable messages of equal bytes within `unreadablePaceMs` of the first of them are kept up to so many, then counted. */
export const maxEqualUnreadable = 10;
export const unreadablePaceMs = 60_000;
/** Longest wait for a device to say that it did what it was asked; a lock on batteries asks every few seconds, ms. */
export const reportTimeoutMs = 10_000;
/** Longest wait for Zigbee2MQTT's answer to a request, ms. */
export const answerTimeoutMs = 10_000;
/** Waits before a request that failed or was not answered is made again, ms; the last one from then on. */
export const askAgainMs = [5000, 30_000, 300_000, 1_800_000, 21_600_000] as const;
