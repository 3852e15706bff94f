import { Type } from 'typebox';
import { port, type SettingsSchema } from '#runtime/settings.ts';

/** Where the gate terminals open their doors, where nothing else is set. */
export const defaultDoorPort = 8790;

/** Settings of the living community. */
export const simulatorSettings = {
  part: 'SIMULATORS',
  schema: Type.Object({
    host: Type.String({
      default: '127.0.0.1',
      description: 'Address of the gateway that devices connect to.',
    }),
    watch3gPort: port(5093, 'TCP port of the gateway for wearables.'),
    gb26875Port: port(5200, 'TCP port of the gateway for fire panels.'),
    gateUrl: Type.String({ description: 'Address gate terminals post to, with its secret last part.' }),
    doorPort: port(
      defaultDoorPort,
      'TCP port of loopback where the gate terminals open their doors for a sign-in.',
    ),
    doorPassword: Type.Optional(
      Type.String({
        minLength: 8,
        description: 'Password of the gate terminals; without it they open their doors for nobody.',
      }),
    ),
    zigbeePort: port(1885, 'TCP port of the gateway for Zigbee2MQTT.'),
    zigbeePassword: Type.Optional(
      Type.String({
        minLength: 8,
        description: 'Password of Zigbee2MQTT at the gateway; without it the Zigbee devices are silent.',
      }),
    ),
    watches: Type.Integer({ default: 41, minimum: 0, maximum: 41, description: 'Watches that live.' }),
    gates: Type.Integer({ default: 12, minimum: 0, maximum: 12, description: 'Gate terminals that live.' }),
    panels: Type.Integer({ default: 2, minimum: 0, maximum: 2, description: 'Fire panels that live.' }),
    logLevel: Type.Enum(['debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      description: 'Least level that is logged.',
    }),
    seed: Type.Integer({ default: 1, minimum: 0, description: 'Seed of the chance they live by.' }),
  }),
} satisfies SettingsSchema;
