/** Counts of what happened at the gateway, by name; told in every birth and heartbeat and at `/metrics`. */
export interface Counters {
  add(name: string, by?: number): void;
  /** Counts so far; at most `maxCounters` names. */
  readonly values: Readonly<Record<string, number>>;
}

/** Most names counted one by one; the rest are counted together as `other`. */
export const maxCounters = 200;

const maxNameLength = 64;

/** Creates an empty set of counters; `onAdd` hears of each count, e.g. for `/metrics`. */
export function createCounters(onAdd?: (name: string, by: number) => void): Counters {
  // Without a prototype, since a name may come from outside.
  const values: Record<string, number> = Object.create(null);
  return {
    values,
    add: (name, by = 1) => {
      const short = name.slice(0, maxNameLength);
      const known = short in values || Object.keys(values).length < maxCounters - 1;
      const counted = known ? short : 'other';
      values[counted] = (values[counted] ?? 0) + by;
      onAdd?.(counted, by);
    },
  };
}
