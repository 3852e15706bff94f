import { type Static, Type } from 'typebox';
import { DeviceClass } from '#contracts/facts/device-classes.ts';
import {
  CommunityId,
  DeviceAddress,
  DeviceId,
  GatewayId,
  PhoneNumber,
  PlanId,
} from '#contracts/facts/identifiers.ts';
import { Retention } from '#contracts/facts/retention.ts';
import { DataClass, Role } from '#contracts/facts/roles.ts';
import { objectOf } from '#contracts/schema.ts';

const Name = Type.String({ minLength: 1, maxLength: 64 });

/** A whole community as an installer describes it: one JSON file, applied by `provision`. */
export const CommunityPlan = objectOf({
  community: objectOf({
    id: CommunityId,
    nameZh: Name,
    nameEn: Name,
    timezone: Type.Optional(Type.String({ maxLength: 64 })),
    /** Number of the property's desk, for families. */
    deskPhone: Type.Optional(PhoneNumber),
    divisionCode: Type.Optional(
      Type.String({
        pattern: '^\\d{6,12}$',
        description: 'an administrative division code of 6 to 12 digits',
      }),
    ),
    /** Days that telemetry is kept, class by class. */
    retention: Type.Optional(Retention),
  }),
  grids: Type.Array(objectOf({ id: PlanId, name: Name })),
  buildings: Type.Array(
    objectOf({
      id: PlanId,
      name: Name,
      units: Type.Array(
        objectOf({
          id: PlanId,
          name: Name,
          floors: Type.Array(
            objectOf({
              id: PlanId,
              /** Text, because floors are called 3A or 负一层. */
              name: Name,
              dwellings: Type.Array(objectOf({ id: PlanId, door: Name, grid: Type.Optional(PlanId) })),
            }),
          ),
        }),
      ),
    }),
  ),
  residents: Type.Array(
    objectOf({
      id: PlanId,
      dwelling: PlanId,
      name: Type.Optional(Name),
      livesAlone: Type.Optional(Type.Boolean()),
      inactivityMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 604_800_000 })),
      /** What a responder at the door should know; shown only in an incident. */
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
      building: Type.Optional(PlanId),
      unit: Type.Optional(PlanId),
      dwelling: Type.Optional(PlanId),
      resident: Type.Optional(PlanId),
      staleAfterMs: Type.Optional(Type.Integer({ minimum: 1000 })),
    }),
  ),
  people: Type.Array(
    objectOf({
      id: PlanId,
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
        resident: PlanId,
        person: PlanId,
        classes: Type.Array(DataClass),
        /** What this relative calls them, e.g. "妈妈". */
        calledAs: Type.Optional(Name),
      }),
    ),
  ),
});
export type CommunityPlan = Static<typeof CommunityPlan>;
