import { createHash } from 'node:crypto';
import { fhirIdOf } from './fhir-id.ts';
import type { CodedQuantity, ObservedSign } from './observed-signs.ts';

interface Coding {
  system: string;
  code: string;
  display?: string;
}

interface FhirQuantity {
  value: number;
  unit: string;
  system: 'http://unitsofmeasure.org';
  code: string;
}

interface CodeableConcept {
  coding: Coding[];
}

type Measured = { valueQuantity: FhirQuantity } | { dataAbsentReason: CodeableConcept };

/** A FHIR R4 Observation as we make it. @see http://hl7.org/fhir/R4/observation.html */
export type Observation = {
  resourceType: 'Observation';
  id: string;
  meta?: { profile: string[] };
  status: 'final';
  category: CodeableConcept[];
  code: CodeableConcept;
  subject: { reference: string };
  device: { reference: string };
  /** RFC 3339 in UTC. */
  effectiveDateTime: string;
  component?: ({ code: CodeableConcept } & Measured)[];
} & Partial<{ valueQuantity: FhirQuantity }>;

/** What was measured at one instant: a value for each part of the sign, where there is one. */
export interface Measurement {
  sign: ObservedSign;
  device: string;
  /** Epoch ms. */
  at: number;
  /** How many of this sign and device came before within the same millisecond. */
  ordinal: number;
  values: readonly (number | undefined)[];
}

const loinc = 'http://loinc.org';
const categories = 'http://terminology.hl7.org/CodeSystem/observation-category';
const absence = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';

/** Writes a measurement as an Observation of a resident of a community, who is named by their pseudonym alone. */
export function observationOf(
  { community, resident }: { community: string; resident: string },
  measurement: Measurement,
): Observation {
  const { sign, device, at, values } = measurement;
  const [only] = sign.parts;
  const base: Observation = {
    resourceType: 'Observation',
    id: idOf(community, measurement),
    ...(sign.profile && { meta: { profile: [sign.profile] } }),
    status: 'final',
    category: [{ coding: [{ system: categories, code: sign.category }] }],
    code: { coding: sign.codes.map((code) => ({ system: loinc, ...code })) },
    subject: { reference: `Patient/${fhirIdOf(community, resident)}` },
    device: { reference: `Device/${fhirIdOf(community, device)}` },
    effectiveDateTime: new Date(at).toISOString(),
  };
  if (sign.parts.length === 1 && only) return { ...base, ...measured(only, values[0]) };
  // The profile of blood pressure wants both parts, and for one that is not known the reason.
  const component = sign.parts.map((part, index) => ({
    code: { coding: [{ system: loinc, code: part.loinc, display: part.display }] },
    ...measured(part, values[index]),
  }));
  return { ...base, component };
}

function measured({ unit, unitText }: CodedQuantity, value: number | undefined): Measured {
  if (value === undefined) return { dataAbsentReason: { coding: [{ system: absence, code: 'unknown' }] } };
  return { valueQuantity: { value, unit: unitText, system: 'http://unitsofmeasure.org', code: unit } };
}

/** The same measurement has the same id whenever it is asked for: a UUID of what it is of, not of what it says. */
function idOf(community: string, { sign, device, at, ordinal }: Measurement): string {
  const name = [community, device, sign.codes[0]?.code, at, ordinal].join('|');
  const hex = createHash('sha256').update(name).digest('hex');
  // RFC 9562: version 8, whose bits are ours, and the variant.
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}
