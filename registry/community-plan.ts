import { type Static, Type } from 'typebox';
import { CommunityId, DeviceAddress, DeviceId, GatewayId } from '#contracts/facts/identifiers.ts';
import { Retention } from '#contracts/facts/retention.ts';
import { DataClass, Role } from '#contracts/facts/roles.ts';
import { objectOf } from '#contracts/schema.ts';

const Id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,47}$' });
const Name = Type.String({ minLength: 1, maxLength: 64 });

/** Classes of devices, which decide how long a device may be silent before it is stale. */
export const deviceClasses = [
  'watch',
  'gate',
  'fire-panel',
  'smoke-detector',
  'gas-detector',
  'water-sensor',
  'door-sensor',
  'motion-sensor',
  'sos-button',
  'lock',
  'siren',
  'zigbee-bridge',
] as const;
export const DeviceClass = Type.Enum([...deviceClasses]);
export type DeviceClass = Static<typeof DeviceClass>;

/** A whole community as an installer writes it down: one JSON file, applied by `provision`. */
export const CommunityPlan = objectOf({
  community: objectOf({
    id: CommunityId,
    nameZh: Name,
    nameEn: Name,
    timezone: Type.Optional(Type.String({ maxLength: 64 })),
    /** Number of the property's desk, for families. */
    deskPhone: Type.Optional(
      Type.String({ pattern: '^[0-9+() -]{3,32}$', description: 'a telephone number' }),
    ),
    divisionCode: Type.Optional(
      Type.String({
        pattern: '^\\d{6,12}$',
        description: 'an administrative division code of 6 to 12 digits',
      }),
    ),
    /** Days that telemetry is kept, class by class. */
    retention: Type.Optional(Retention),
  }),
  grids: Type.Array(objectOf({ id: Id, name: Name })),
  buildings: Type.Array(
    objectOf({
      id: Id,
      name: Name,
      units: Type.Array(
        objectOf({
          id: Id,
          name: Name,
          floors: Type.Array(
            objectOf({
              id: Id,
              /** Text, because floors are called 3A or 负一层. */
              name: Name,
              dwellings: Type.Array(objectOf({ id: Id, door: Name, grid: Type.Optional(Id) })),
            }),
          ),
        }),
      ),
    }),
  ),
  residents: Type.Array(
    objectOf({
      id: Id,
      dwelling: Id,
      name: Type.Optional(Name),
      livesAlone: Type.Optional(Type.Boolean()),
      inactivityMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 604_800_000 })),
      /** What whoever comes to the door should know; shown in an incident alone. */
      arrivalNote: Type.Optional(Type.String({ maxLength: 200 })),
    }),
  ),
  gateways: Type.Array(objectOf({ id: GatewayId, name: Name })),
  devices: Type.Array(
    objectOf({
      id: DeviceId,
      gateway: GatewayId,
      address: DeviceAddress,
      class: DeviceClass,
      model: Type.Optional(Type.String({ maxLength: 64 })),
      name: Name,
      building: Type.Optional(Id),
      unit: Type.Optional(Id),
      dwelling: Type.Optional(Id),
      resident: Type.Optional(Id),
      staleAfterMs: Type.Optional(Type.Integer({ minimum: 1000 })),
    }),
  ),
  people: Type.Array(
    objectOf({
      id: Id,
      name: Name,
      phone: Type.Optional(Type.String({ maxLength: 32 })),
      /** `scope` narrows a role: of family it is the resident; of the others empty, all of the community. */
      rights: Type.Array(objectOf({ role: Role, scope: Type.Optional(Type.String({ maxLength: 64 })) })),
    }),
  ),
  /** What an elder shares with a relative; applied again with fewer classes, or none, it is withdrawn. */
  consents: Type.Optional(
    Type.Array(
      objectOf({
        resident: Id,
        person: Id,
        classes: Type.Array(DataClass),
        /** As this relative calls them: "妈妈". */
        calledAs: Type.Optional(Name),
      }),
    ),
  ),
});
export type CommunityPlan = Static<typeof CommunityPlan>;
