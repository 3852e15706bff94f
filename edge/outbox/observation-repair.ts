import type { Mismatch } from '#contracts/validate.ts';
import type { Observation } from '../adapters/adapter.ts';

/** Fields without which a body says nothing; never shed. */
const needed = new Set(['type', 'kind', 'active', 'command', 'result']);

/** Longest texts of a body, by their field; a longer one is cut, since its beginning says most. */
const longest = new Map([
  ['text', 256],
  ['code', 64],
  ['reason', 200],
  ['raw', 1024],
  ['reference', 64],
]);

/**
 * One step towards an event that the wire allows: cuts the text or sheds the field at fault, the largest one where
 * the whole is too large; without a fault sheds everything that is not needed.
 *
 * @returns Undefined where the fault lies in what is needed.
 */
export function repairObservation(
  observation: Observation,
  fault: (Mismatch & { isTooLarge?: true }) | undefined,
): Observation | undefined {
  const fields = new Map<string, unknown>(Object.entries(observation.body));
  if (!fault) {
    for (const name of fields.keys()) if (!needed.has(name)) fields.delete(name);
    return withFields(observation, fields);
  }
  const [at, name = '', ...inner] = fault.isTooLarge ? ['body', largest(fields) ?? ''] : pathOf(fault.path);
  if (at !== 'body' || !fields.has(name)) return undefined;
  const value = amended(fields.get(name), [name, ...inner]);
  if (value !== undefined && !fault.isTooLarge) fields.set(name, value);
  else if (name === 'active' || !needed.has(name)) fields.delete(name);
  else return undefined;
  return withFields(observation, fields);
}

/** The value without what is at fault in it; undefined where nothing of it can stay. */
function amended(value: unknown, [name = '', ...inner]: string[]): unknown {
  if (inner.length === 0) {
    const length = longest.get(name);
    return typeof value === 'string' && length && value.length > length ? value.slice(0, length) : undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const [next = ''] = inner;
  if (!fields.has(next)) return undefined;
  const within = amended(fields.get(next), inner);
  if (within === undefined) fields.delete(next);
  else fields.set(next, within);
  return Object.fromEntries(fields);
}

function largest(fields: ReadonlyMap<string, unknown>): string | undefined {
  const sizes = [...fields]
    .filter(([name]) => !needed.has(name))
    .map(([name, value]) => [name, JSON.stringify(value)?.length ?? 0] as const);
  return sizes.sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Steps of a JSON Pointer. */
function pathOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function withFields(observation: Observation, fields: ReadonlyMap<string, unknown>): Observation {
  return { ...observation, body: Object.fromEntries(fields) as Observation['body'] };
}
