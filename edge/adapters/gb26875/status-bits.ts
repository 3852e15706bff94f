import { type EventKind, factsOf } from '#contracts/facts/event-kinds.ts';

/** What one status bit means. */
interface BitMeaning {
  bit: number;
  kind: EventKind;
  /** Told whenever it is set, not only when it changes. */
  always?: true;
}

/** How the status of one type flag is read. */
export interface StatusLayout {
  /** Bytes of the status, least significant first. */
  bytes: 1 | 2;
  meanings: readonly BitMeaning[];
  /** Bits that say how the system is run, not that something happened. */
  modeBits: number;
  /** Bits that the standard reserves, and makers use. */
  spareBits: readonly number[];
  /** A first report without any bit set is a test, not a component at rest. */
  testAtFirst: boolean;
}

/** An event that a status gives. */
export interface StatusEvent {
  bit: number;
  kind: EventKind;
  /** Absent for kinds that have no end. */
  active?: boolean;
  /** What a bit is called that the standard has no name for. */
  text?: string;
}

const common: readonly BitMeaning[] = [
  { bit: 1, kind: 'fire', always: true },
  { bit: 2, kind: 'panel-fault' },
];
const fieldBits: readonly BitMeaning[] = [
  ...common,
  { bit: 3, kind: 'panel-shielded' },
  { bit: 4, kind: 'panel-supervisory' },
  { bit: 5, kind: 'panel-feedback' },
  { bit: 6, kind: 'panel-feedback' },
  { bit: 7, kind: 'panel-feedback' },
  { bit: 8, kind: 'power-fault' },
];

/** Status layouts by type flag. @see GB/T 26875.3-2011, tables 5, 6 and 12 */
export const statusLayouts: Readonly<Record<1 | 2 | 21, StatusLayout>> = {
  1: {
    bytes: 2,
    meanings: [
      ...fieldBits,
      { bit: 9, kind: 'power-fault' },
      { bit: 10, kind: 'link-fault' },
      { bit: 12, kind: 'panel-operation' },
      { bit: 13, kind: 'panel-operation' },
    ],
    modeBits: 1 | (1 << 11),
    spareBits: [14, 15],
    testAtFirst: true,
  },
  2: {
    bytes: 2,
    meanings: fieldBits,
    modeBits: 1,
    spareBits: [9, 10, 11, 12, 13, 14, 15],
    testAtFirst: false,
  },
  21: {
    bytes: 1,
    meanings: [
      ...common,
      { bit: 3, kind: 'power-fault' },
      { bit: 4, kind: 'power-fault' },
      { bit: 5, kind: 'link-fault' },
      { bit: 6, kind: 'link-fault' },
    ],
    modeBits: 1,
    spareBits: [7],
    testAtFirst: true,
  },
};

/** What a component's part type makes of its fire bit; every other type of part reports a fire. */
export function fireKindOf(partType: number): EventKind {
  if (partType === 23) return 'manual-call-point';
  return (partType >= 10 && partType <= 13) || partType === 74 ? 'gas' : 'fire';
}

/**
 * What a reported status tells beyond the one before it.
 *
 * @param before The last status of this component, undefined where none is known: then all set bits are told.
 * @param fireKind What the fire bit means here.
 * @param names What the bits above the standard's are called; one without a name is told by its number.
 */
export function statusEvents(
  layout: StatusLayout,
  status: number,
  {
    before,
    fireKind = 'fire',
    names,
  }: { before: number | undefined; fireKind?: EventKind; names?: ReadonlyMap<number, string> },
): StatusEvent[] {
  const spare = layout.spareBits.map((bit): BitMeaning => ({ bit, kind: 'panel-fault' }));
  const meanings = [...layout.meanings, ...spare];
  const textOf = (bit: number) =>
    layout.spareBits.includes(bit) ? { text: names?.get(bit) ?? `状态位 ${bit} (status bit ${bit})` } : {};
  const kindOf = ({ kind }: BitMeaning) => (kind === 'fire' ? fireKind : kind);
  const isSet = ({ bit }: BitMeaning, of: number) => ((of >> bit) & 1) === 1;
  const events: StatusEvent[] = [];
  for (const meaning of meanings) {
    const { bit } = meaning;
    const kind = kindOf(meaning);
    const hasEnd = factsOf(kind).hasEnd === true;
    const was = isSet(meaning, before ?? 0);
    if (isSet(meaning, status)) {
      if (!was || meaning.always) events.push({ bit, kind, ...(hasEnd && { active: true }), ...textOf(bit) });
    } else if (was && hasEnd) {
      // Mains and backup fault are one kind: it ends with the last of its bits.
      const holds = meanings.some((other) => kindOf(other) === kind && isSet(other, status));
      if (!holds) events.push({ bit, kind, active: false, ...textOf(bit) });
    }
  }
  if (isTest(layout, status, before)) events.push({ bit: 0, kind: 'panel-test' });
  return events;
}

/** Bit 0 is 0 in real alarms too, so it means a test only where nothing else is reported. */
function isTest(
  { modeBits, testAtFirst }: StatusLayout,
  status: number,
  before: number | undefined,
): boolean {
  if (status & 1 || (status & ~modeBits) !== 0) return false;
  return before === undefined ? testAtFirst : (before & 1) === 1;
}
