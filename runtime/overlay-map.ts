/** Changes kept beside a large map before all of it is copied. */
const maxChanges = 1000;

/**
 * A large map with a few changes laid over it. Neither changes; making it costs the changes alone, not the map.
 */
class OverlayMap<K, V> implements ReadonlyMap<K, V> {
  readonly base: ReadonlyMap<K, V>;
  /** By key; undefined for what is gone. */
  readonly changes: ReadonlyMap<K, V | undefined>;
  readonly size: number;

  constructor(base: ReadonlyMap<K, V>, changes: ReadonlyMap<K, V | undefined>) {
    this.base = base;
    this.changes = changes;
    let size = base.size;
    for (const [key, value] of changes) size += Number(value !== undefined) - Number(base.has(key));
    this.size = size;
  }

  get(key: K): V | undefined {
    return this.changes.has(key) ? this.changes.get(key) : this.base.get(key);
  }

  has(key: K): boolean {
    return this.changes.has(key) ? this.changes.get(key) !== undefined : this.base.has(key);
  }

  *entries(): Generator<[K, V], undefined> {
    for (const entry of this.base) {
      const [key] = entry;
      if (!this.changes.has(key)) yield entry;
      else {
        const value = this.changes.get(key);
        if (value !== undefined) yield [key, value];
      }
    }
    for (const [key, value] of this.changes) {
      if (value !== undefined && !this.base.has(key)) yield [key, value];
    }
  }

  *keys(): Generator<K, undefined> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<V, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries();
  }

  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
}

/**
 * A map with some of its entries changed, in their places; the map itself stays as it was.
 *
 * @param changes New values by key; undefined takes the key out.
 */
export function withChanges<K, V>(
  map: ReadonlyMap<K, V>,
  changes: ReadonlyMap<K, V | undefined> | undefined,
): ReadonlyMap<K, V> {
  if (!changes || changes.size === 0) return map;
  const [base, before] = layersOf(map);
  const all = new Map([...before, ...changes]);
  if (all.size <= maxChanges) return new OverlayMap(base, all);
  const copy = new Map(base);
  for (const [key, value] of all) {
    if (value === undefined) copy.delete(key);
    else copy.set(key, value);
  }
  return copy;
}

/** Keys whose values differ between two states of a map; undefined where that takes comparing all of them. */
export function changedKeys<K, V>(
  before: ReadonlyMap<K, V>,
  after: ReadonlyMap<K, V>,
): ReadonlySet<K> | undefined {
  const [base, earlier] = layersOf(before);
  const [sameBase, later] = layersOf(after);
  if (base !== sameBase) return undefined;
  const keys = new Set([...earlier.keys(), ...later.keys()]);
  return new Set([...keys].filter((key) => before.get(key) !== after.get(key)));
}

function layersOf<K, V>(map: ReadonlyMap<K, V>): [ReadonlyMap<K, V>, ReadonlyMap<K, V | undefined>] {
  return map instanceof OverlayMap ? [map.base, map.changes] : [map, new Map()];
}
