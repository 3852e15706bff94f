/**
 * A map of what was last known of devices, whose oldest entry goes when a new one would exceed `limit`:
 * a forgotten device is then met as one never seen.
 */
export function createBoundedMap<Value>(limit: number): {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** False where there was none. */
  delete(key: string): boolean;
  /** Every entry, oldest first. */
  all(): [string, Value][];
  readonly size: number;
} {
  const entries = new Map<string, Value>();
  return {
    get size() {
      return entries.size;
    },
    get: (key) => entries.get(key),
    delete: (key) => entries.delete(key),
    all: () => [...entries],
    set: (key, value) => {
      entries.delete(key);
      const oldest = entries.size >= limit ? entries.keys().next() : undefined;
      if (oldest && !oldest.done) entries.delete(oldest.value);
      entries.set(key, value);
    },
  };
}
