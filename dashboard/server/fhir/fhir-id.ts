import { createHash } from 'node:crypto';

/** Longest id of FHIR R4, whose characters are `[A-Za-z0-9\-.]`. @see http://hl7.org/fhir/R4/datatypes.html#id */
const maxIdLength = 64;

/**
 * The id by which other systems know a resident or device of a community: `{community}.{id}`, since an id of ours is
 * unique in its community alone. Where that is longer than FHIR lets an id be, its SHA-256 in hexadecimal digits, which
 * no other can be taken for: every shorter one has a point.
 */
export function fhirIdOf(community: string, id: string): string {
  const name = `${community}.${id}`;
  return name.length <= maxIdLength ? name : createHash('sha256').update(name).digest('hex');
}

/** Which of the ids of a community an id of FHIR names; undefined for one of another community, or of nobody. */
export function idOfFhir(
  fhirId: string,
  community: string,
  known: ReadonlyMap<string, unknown>,
): string | undefined {
  const id = fhirId.slice(community.length + 1);
  if (known.has(id) && fhirId === fhirIdOf(community, id)) return id;
  const isLong = (one: string) => community.length + 1 + one.length > maxIdLength;
  return known.keys().find((one) => isLong(one) && fhirIdOf(community, one) === fhirId);
}
