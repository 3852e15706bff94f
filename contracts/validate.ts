import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** What is wrong with a value: where (JSON Pointer; `/` is the value itself) and what was expected. */
export interface Mismatch {
  path: string;
  expected: string;
}

/** The outcome of checking a value against a schema. */
export type Checked<T> = { ok: true; value: T } | ({ ok: false } & Mismatch);

/** Compiles a schema once into a checker that says where a value differs from it. */
export function createValidator<S extends TSchema>(schema: S): (value: unknown) => Checked<Static<S>> {
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return { ok: true, value: value as Static<S> };
    return { ok: false, ...worstMismatch(compiled.Errors(value)) };
  };
}

interface ValidationError {
  keyword: string;
  instancePath: string;
  message: string;
  params: object;
}

/**
 * Of several errors the one deepest in the value says most: in a union the branch that fits best
 * fails furthest down, while the union itself only says that no branch matched.
 */
function worstMismatch(errors: readonly ValidationError[]): Mismatch {
  let deepest: ValidationError | undefined;
  for (const error of errors) {
    if (!deepest || depth(error) > depth(deepest)) deepest = error;
  }
  return { path: deepest?.instancePath || '/', expected: expectationOf(deepest) };
}

function depth(error: ValidationError): number {
  const wrapsOthers = error.keyword === 'anyOf' || error.keyword === 'additionalProperties';
  return error.instancePath.split('/').length - (wrapsOthers ? 0.5 : 0);
}

function expectationOf(error: ValidationError | undefined): string {
  if (!error) return 'matches no part of its schema';
  if (error.keyword === 'boolean') return 'is not a known field';
  if (error.keyword === 'enum' || error.keyword === 'const') {
    return `${error.message}: ${JSON.stringify(Object.values(error.params)[0])}`.slice(0, 300);
  }
  return error.message.slice(0, 300);
}
