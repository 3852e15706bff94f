import { type Static, type TString, Type } from 'typebox';

/** Stands in a record's place of a device id where the registry knows no such device. */
export const unknownDevice = 'unknown';

/**
 * Ids that are names of the platform's own, so that no plan and no command line may take them: `service` begins
 * the user names of services, `metrics` is a topic level above communities, `warning` one beside
 * gateways, and `unknown` is no device.
 */
export const reservedIds = {
  community: ['service', 'metrics'],
  gateway: ['warning'],
  device: [unknownDevice],
} as const;

/** True for an id that is a name of the platform's own. */
export function isReservedId(of: keyof typeof reservedIds, id: string): boolean {
  return reservedIds[of].some((reserved) => reserved === id);
}

/** Lower-case letters, digits and hyphens, 1 to 48 of them: what every id that a plan gives is written in. */
export const idPattern = '[a-z0-9][a-z0-9-]{0,47}';
/** An id that a plan gives, of any kind. */
export const PlanId = Type.String({ pattern: `^${idPattern}$` });

/** Pattern of an id that is none of the reserved ones. */
const slug = (of: keyof typeof reservedIds, description: string) =>
  Type.String({
    pattern: `^(?!(?:${reservedIds[of].join('|')})$)${idPattern}$`,
    minLength: 1,
    maxLength: 48,
    description: `${description} Not ${reservedIds[of].join(' or ')}.`,
  });

/** A community 小区: lower-case letters, digits and hyphens, 1 to 48 characters; not a reserved id. */
export const CommunityId = slug('community', 'Community id.');
export type CommunityId = Static<typeof CommunityId>;

/** A gateway of a community; not a reserved id. */
export const GatewayId = slug('gateway', 'Gateway id, unique in its community.');
export type GatewayId = Static<typeof GatewayId>;

/** A device as the registry knows it; pseudonymous, so it may be written to the time series; not a reserved id. */
export const DeviceId = slug('device', 'Device id of the registry.');
export type DeviceId = Static<typeof DeviceId>;

/** A warning: `w-` and 24 hexadecimal digits of a hash over rule, key and opening record. */
export const WarningId = Type.String({ pattern: '^w-[0-9a-f]{24}$', description: 'Warning id.' });
export type WarningId = Static<typeof WarningId>;

/** An incident 警情: `i-` and a UUID. */
export const IncidentId = Type.String({ pattern: '^i-[0-9a-f-]{36}$', description: 'Incident id.' });
export type IncidentId = Static<typeof IncidentId>;

/** A command: `c-` and a UUID. */
export const CommandId = Type.String({ pattern: '^c-[0-9a-f-]{36}$', description: 'Command id.' });
export type CommandId = Static<typeof CommandId>;

/**
 * Chosen by whoever asks, new for every request (an idempotency key): a request that comes again under the same one
 * is answered as before and done once.
 */
export const RequestId = Type.String({ minLength: 8, maxLength: 64, pattern: '^[A-Za-z0-9-]+$' });
export type RequestId = Static<typeof RequestId>;

/** A telephone number as people write it. */
export const PhoneNumber = Type.String({
  pattern: '^[0-9+() -]{3,32}$',
  description: 'a telephone number',
});

/** Digits by which a person says who acts at a wall. */
export const Pin = Type.String({ pattern: '^\\d{6}$', description: 'Six digits.' });

/** A time of day, `08:00`. */
export const timeOfDayPattern = '([01]\\d|2[0-3]):[0-5]\\d';

/** Makes a test of whether a text is an id of a kind. */
export function createIdTest(schema: TString): (text: string) => boolean {
  const compiled = new RegExp((schema as { pattern?: string }).pattern ?? '');
  return (text) => compiled.test(text);
}

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
