import type { RecordEntry } from '#contracts/journal-entry.ts';
import { AlarmRecord } from '#contracts/record.ts';
import type { Body } from '#contracts/record-body.ts';

const known = new Set(Object.keys(AlarmRecord.properties));

/**
 * What an alarm carries beyond what this release knows: the body as it came, and the envelope's other
 * fields. Keys that would reach into prototypes when copied are left out.
 */
export function readUnknownFields(record: AlarmRecord): Pick<RecordEntry, 'body' | 'extra'> {
  const others = Object.entries(record).filter(([name]) => !known.has(name) && isPlainKey(name));
  return {
    body: withoutPrototypeKeys(record.body) as Body,
    ...(others.length > 0 && {
      extra: Object.fromEntries(others.map(([name, value]) => [name, withoutPrototypeKeys(value)])),
    }),
  };
}

function withoutPrototypeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypeKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => isPlainKey(name))
      .map(([name, inner]) => [name, withoutPrototypeKeys(inner)]),
  );
}

function isPlainKey(name: string): boolean {
  return name !== '__proto__' && name !== 'constructor' && name !== 'prototype';
}
