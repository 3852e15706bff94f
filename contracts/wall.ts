import { type Static, Type } from 'typebox';
import { Pin } from './facts/identifiers.ts';
import { objectOf } from './schema.ts';

const EpochMs = Type.Integer({ description: 'Platform time, epoch ms.' });

/** A wall that sent nothing for so long is unwatched, ms (DESIGN.md, promise 10). */
export const wallSilentMs = 60_000;
/** How often a wall's page says how it is, ms. */
export const wallHeartbeatMs = 5000;

/** Whether somebody could hear a wall: `unconfirmed` where nobody answered 听到了吗 at the start of the shift. */
export const wallSounds = ['on', 'blocked', 'unconfirmed'] as const;
export const WallSound = Type.Enum(wallSounds);
export type WallSound = Static<typeof WallSound>;

/** What a wall's page says of itself, every `wallHeartbeatMs` and at once when it changes. */
export const WallState = objectOf({ sound: WallSound });
export type WallState = Static<typeof WallState>;

const EnrolmentCode = Type.String({ pattern: '^\\d{8}$' });

/** `POST /api/walls/codes`: the manager asks for a code by which a screen becomes a wall. */
export const WallCodeRequest = objectOf({
  name: Type.String({ minLength: 1, maxLength: 32, pattern: '\\S' }),
});
export type WallCodeRequest = Static<typeof WallCodeRequest>;

/** Its answer; the code works once, until `expiresAt`. */
export const WallCode = objectOf({ code: EnrolmentCode, expiresAt: EpochMs });
export type WallCode = Static<typeof WallCode>;

/** `POST /api/walls/enrol`, without signing in: the screen types the code; answered with a `SessionView`. */
export const WallEnrolment = objectOf({ code: EnrolmentCode });
export type WallEnrolment = Static<typeof WallEnrolment>;

/** `GET /api/walls`: the community's walls. */
export const WallList = objectOf({
  walls: Type.Array(
    objectOf({
      id: Type.String(),
      name: Type.String(),
      enrolledAt: EpochMs,
      /** Last sign of life, at whichever dashboard; absent where there never was one. */
      heardAt: Type.Optional(EpochMs),
      sound: Type.Optional(WallSound),
    }),
  ),
});
export type WallList = Static<typeof WallList>;

/** `PUT /api/session/pin`: a person of the staff sets their PIN, proving who they are once more. */
export const SetPin = objectOf({ pin: Pin, password: Type.String({ minLength: 1, maxLength: 256 }) });
export type SetPin = Static<typeof SetPin>;

/** `GET /api/walls/people`, at a wall: who may act there, because they have a PIN. */
export const WallPeople = objectOf({
  people: Type.Array(objectOf({ id: Type.String(), name: Type.String() })),
});
export type WallPeople = Static<typeof WallPeople>;

/** `POST /api/walls/acting`, at a wall: who is about to act. */
export const WallActing = objectOf({ person: Type.String({ minLength: 1, maxLength: 48 }), pin: Pin });
export type WallActing = Static<typeof WallActing>;

/** Its answer: for one act within `expiresAt`, sent with it in the header `actingHeader`. */
export const ActingToken = objectOf({ token: Type.String(), expiresAt: EpochMs, name: Type.String() });
export type ActingToken = Static<typeof ActingToken>;

/** Header that carries the token of an act at a wall. */
export const actingHeader = 'x-shouwang-acting';
