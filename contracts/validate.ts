import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';

// The default of 8 ends within the first branches of a union, before the branch that is meant.
Settings.Set({ maxErrors: 64 });

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
  schemaPath: string;
  instancePath: string;
  message: string;
  params: object;
}

/**
 * Of several errors the one that says most: of a union only the branches count whose literal fields
 * (`type`, `state`) fit, and of what is left the error deepest in the value.
 */
function worstMismatch(errors: readonly ValidationError[]): Mismatch {
  const foreignBranches = errors.flatMap((error) =>
    error.keyword === 'const' ? branchesOf(error.schemaPath) : [],
  );
  const telling = errors.filter((error) => !isWrapper(error));
  const fitting = telling.filter(
    (error) => !foreignBranches.some((branch) => `${error.schemaPath}/`.startsWith(branch)),
  );
  const literals = telling.filter((error) => error.keyword === 'const');
  let deepest: ValidationError | undefined;
  for (const error of [fitting, literals, telling, errors].find((some) => some.length > 0) ?? []) {
    if (!deepest || depth(error) > depth(deepest)) deepest = error;
  }
  return { path: deepest?.instancePath || '/', expected: expectationOf(deepest) };
}

/** The innermost union branch a schema path leads through, e.g. `#/properties/body/anyOf/2/`. */
function branchesOf(schemaPath: string): string[] {
  const branch = /^.*\/anyOf\/\d+\//.exec(schemaPath);
  return branch ? [branch[0]] : [];
}

function isWrapper({ keyword }: ValidationError): boolean {
  return keyword === 'anyOf' || keyword === 'additionalProperties';
}

function depth(error: ValidationError): number {
  return error.instancePath.split('/').length;
}

function expectationOf(error: ValidationError | undefined): string {
  if (!error) return 'matches no part of its schema';
  if (error.keyword === 'boolean') return 'is not a known field';
  if (error.keyword === 'enum' || error.keyword === 'const') {
    return `${error.message}: ${JSON.stringify(Object.values(error.params)[0])}`.slice(0, 300);
  }
  return error.message.slice(0, 300);
}
