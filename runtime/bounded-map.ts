import { LRUCache } from 'lru-cache';

/**
 * Creates an empty map whose keys come from outside: beyond `maxKeys` the longest unused is forgotten.
 *
 * The bound is one of size, since `max` would allocate its whole room at once: 218 KiB for 10,000 keys, 371 with `ttl`.
 *
 * @param options Time after which a key is forgotten, in ms, and its clock.
 */
export function createBoundedMap<K extends string, V extends {}>(
  maxKeys: number,
  options: { ttl?: number; ttlResolution?: number; perf?: { now(): number } } = {},
): LRUCache<K, V> {
  return new LRUCache<K, V>({ maxSize: maxKeys, sizeCalculation: () => 1, ...options });
}
