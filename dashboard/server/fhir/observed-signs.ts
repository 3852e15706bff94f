import { type Quantity, quantityFacts } from '#contracts/facts/quantities.ts';
import type { DataClass } from '#contracts/facts/roles.ts';

/** A quantity as FHIR has it: LOINC code, UCUM unit, and what people call them. */
export interface CodedQuantity {
  quantity: Quantity;
  loinc: string;
  display: string;
  /** UCUM. */
  unit: string;
  /** As people write the unit. */
  unitText: string;
}

/** What an Observation may be of. */
export interface ObservedSign {
  /** LOINC codes; the first is the one its profile asks for. */
  codes: { code: string; display: string }[];
  category: 'vital-signs' | 'activity';
  /** Canonical URL of the FHIR R4 profile; none for what is no vital sign. */
  profile?: string;
  /** Class of the elder's data that must be shared for it. */
  dataClass: DataClass;
  /** One for a value, several for components. */
  parts: CodedQuantity[];
}

function coded(quantity: Quantity, display: string, unitText: string): CodedQuantity {
  const { loinc, unit } = quantityFacts(quantity);
  if (loinc === undefined) throw new TypeError(`${quantity} has no LOINC code`);
  return { quantity, loinc, display, unit, unitText };
}

function vital(part: CodedQuantity, profile: string): ObservedSign {
  return {
    codes: [{ code: part.loinc, display: part.display }],
    category: 'vital-signs',
    profile: `http://hl7.org/fhir/StructureDefinition/${profile}`,
    dataClass: 'vitals',
    parts: [part],
  };
}

const steps = coded('steps', 'Number of steps in unspecified time Pedometer', 'steps');
const saturation = vital(coded('oxygen-saturation', 'Oxygen saturation in Arterial blood', '%'), 'oxygensat');

/** Every sign that can be asked for, in the order in which those of one instant are told. */
export const observedSigns: readonly ObservedSign[] = [
  vital(coded('heart-rate', 'Heart rate', 'beats/minute'), 'heartrate'),
  {
    ...saturation,
    // The profile asks for the first; the second says that a light through the skin measured it.
    codes: [
      ...saturation.codes,
      { code: '59408-5', display: 'Oxygen saturation in Arterial blood by Pulse oximetry' },
    ],
  },
  vital(coded('body-temperature', 'Body temperature', 'Cel'), 'bodytemp'),
  {
    codes: [{ code: '85354-9', display: 'Blood pressure panel with all children optional' }],
    category: 'vital-signs',
    profile: 'http://hl7.org/fhir/StructureDefinition/bp',
    dataClass: 'vitals',
    parts: [
      coded('blood-pressure-systolic', 'Systolic blood pressure', 'mmHg'),
      coded('blood-pressure-diastolic', 'Diastolic blood pressure', 'mmHg'),
    ],
  },
  // A count since the watch began its day: a period that nobody states.
  {
    codes: [{ code: steps.loinc, display: steps.display }],
    category: 'activity',
    dataClass: 'activity',
    parts: [steps],
  },
];
