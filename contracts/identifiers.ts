import { type Static, Type } from 'typebox';

/** Gateway ids that name a topic level of the platform itself, so no gateway may take them. */
export const reservedGatewayIds = ['warning', 'incident'] as const;

const slug = (description: string) =>
  Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,47}$', minLength: 1, maxLength: 48, description });

/** A community 小区: lower-case letters, digits and hyphens, 1 to 48 characters. */
export const CommunityId = slug('Community id.');
export type CommunityId = Static<typeof CommunityId>;

/** A gateway of a community; the ids of `reservedGatewayIds` are refused by the topic parser. */
export const GatewayId = slug('Gateway id, unique in its community.');
export type GatewayId = Static<typeof GatewayId>;

/** A device as the registry knows it; pseudonymous, so it may be written to the time series. */
export const DeviceId = slug('Device id of the registry.');
export type DeviceId = Static<typeof DeviceId>;

/** A warning: `w-` and 24 hexadecimal digits of a hash over rule, key and opening record. */
export const WarningId = Type.String({ pattern: '^w-[0-9a-f]{24}$', description: 'Warning id.' });
export type WarningId = Static<typeof WarningId>;

/** An incident 警情: `i-` and a UUID. */
export const IncidentId = Type.String({ pattern: '^i-[0-9a-f-]{36}$', description: 'Incident id.' });
export type IncidentId = Static<typeof IncidentId>;

/**
 * What a device calls itself in its own protocol, e.g. `watch-3g:6907919734` or
 * `gb26875:060504030201/1.1.3.17` (the part after `/` names a component of the device).
 */
export const DeviceAddress = Type.String({
  pattern: '^[a-z0-9-]{1,32}:[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64})?$',
  maxLength: 162,
  description: 'Protocol name, colon, the identity of the device in that protocol, optional /component.',
});
export type DeviceAddress = Static<typeof DeviceAddress>;

/** One start of a gateway agent; random, 16 to 32 hexadecimal digits. */
export const Epoch = Type.String({ pattern: '^[0-9a-f]{16,32}$', description: 'Start of the agent.' });
export type Epoch = Static<typeof Epoch>;

/** One MQTT session of a gateway: new at every CONNECT, the same in its will. */
export const Session = Type.String({ pattern: '^[0-9a-f]{16,32}$', description: 'MQTT session.' });
export type Session = Static<typeof Session>;
