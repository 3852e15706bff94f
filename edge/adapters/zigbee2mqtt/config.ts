import { type Static, Type } from 'typebox';
import { port, type SettingsSchema } from '#runtime/settings.ts';

/** Settings of the adapter for Zigbee2MQTT and for devices that speak MQTT themselves. */
export const zigbee2mqttSettings = {
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
      description: 'Most connections at the own listener; more are refused.',
    }),
    sirenDurationS: Type.Integer({
      default: 180,
      minimum: 30,
      maximum: 900,
      description: 'How long a siren sounds at most after it is started, in seconds.',
    }),
  }),
} satisfies SettingsSchema;
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
/** The same action within this is one press that the radio repeated, ms. */
export const actionRepeatMs = 2000;
/** A retained state is now where its own `last_seen` is no older, ms. */
export const freshMs = 120_000;
/** Shortest time between two calls to verify what one device sends, ms. */
export const unreadableIntervalMs = 600_000;
/** Longest wait for a device to say that it did what it was asked; a lock on batteries asks every few seconds, ms. */
export const reportTimeoutMs = 10_000;
