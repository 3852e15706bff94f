import { type TProperties, Type } from 'typebox';

/**
 * What an object with unknown fields is worth: the telemetry lane refuses it, the alarm lane keeps and counts the
 * fields, because a gateway may be one minor version ahead and its alarm must not be lost for a new field.
 */
export type UnknownFields = 'refuse' | 'keep';

/** An object schema with the given stance on unknown fields. */
export const objectOf = <P extends TProperties>(properties: P, unknownFields: UnknownFields = 'refuse') =>
  Type.Object(properties, unknownFields === 'refuse' ? { additionalProperties: false } : {});
