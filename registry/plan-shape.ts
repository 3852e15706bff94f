import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { createIdTest, idPattern, PlanId } from '#contracts/facts/identifiers.ts';
import { CommunityPlan } from './community-plan.ts';
import { knownWords } from './nearest.ts';
import type { PlanFault } from './plan-tree.ts';

type SchemaError = ReturnType<typeof compiled.Errors>[number];

const compiled = Compile(CommunityPlan);
/** Most faults of shape that are collected. */
const maxFaults = 1000;

/** Finds everything in a plan that differs from its schema: fields, types, ids, classes, roles. */
export function shapeFaults(value: unknown): PlanFault[] {
  return errorsOf(value).flatMap((error): PlanFault[] => {
    const path = pathOf(error.instancePath, value);
    switch (error.keyword) {
      case 'additionalProperties':
        return [];
      case 'boolean':
        return [{ path, at: 'key', words: `"${path.at(-1)}" is no known field${knownFields(error, value)}` }];
      case 'required':
        return error.params.requiredProperties.map((name) => ({ path, words: `"${name}" is missing` }));
      case 'enum':
        return [{ path, words: notOneOf(valueAt(value, path), error.params.allowedValues.map(String)) }];
      case 'pattern':
        // Addresses are parsed as printed, by rules of their own.
        return isAddress(path) ? [] : [{ path, words: wordsOfPattern(error, valueAt(value, path)) }];
      case 'type':
        return [{ path, words: `has to be ${typeWords[String(error.params.type)] ?? error.params.type}` }];
      default:
        return isAddress(path) ? [] : [{ path, words: `${shown(valueAt(value, path))} ${error.message}` }];
    }
  });
}

const typeWords: Record<string, string> = {
  string: 'a text in quotes',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object { … }',
  array: 'a list [ … ]',
};

function errorsOf(value: unknown) {
  if (compiled.Check(value)) return [];
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: maxFaults });
  try {
    return compiled.Errors(value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

function pathOf(pointer: string, value: unknown): (string | number)[] {
  let at = value;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(at) ? Number(key) : key;
      at = valueAt(at, [step]);
      return step;
    });
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

function isAddress(path: readonly (string | number)[]): boolean {
  return path[0] === 'devices' && path[2] === 'address' && path.length === 3;
}

function schemaAt(pointer: string): (TSchema & { properties?: object; description?: string }) | undefined {
  const found = valueAt(CommunityPlan, pointer.split('/').slice(1));
  return typeof found === 'object' && found !== null ? (found as TSchema) : undefined;
}

function knownFields(error: SchemaError, value: unknown): string {
  const of = schemaAt(error.schemaPath.slice(0, error.schemaPath.lastIndexOf('/')));
  const path = pathOf(error.instancePath, value);
  return knownWords(String(path.at(-1)), Object.keys(of?.properties ?? {}));
}

function notOneOf(given: unknown, allowed: readonly string[]): string {
  return `${shown(given)} is none of those known${knownWords(String(given ?? ''), allowed)}`;
}

/** Patterns in words: for an id, and for a schema whose description explains its pattern. */
function wordsOfPattern(error: SchemaError, given: unknown): string {
  const text = String(given);
  const schema = schemaAt(error.schemaPath);
  if (error.keyword === 'pattern' && schema && !String(error.params.pattern).includes(idPattern)) {
    return `${shown(text)} is not ${schema.description ?? `of the form ${error.params.pattern}`}`;
  }
  if (isPlanId(text)) return `${shown(text)} is a name of the platform's own; take another`;
  const near = idLike(text);
  const meant = near && near !== text ? `; did you mean "${near}"?` : '';
  return `${shown(text)} is no id: 1 to 48 small letters, digits and hyphens, a letter or digit first${meant}`;
}

const isPlanId = createIdTest(PlanId);

function idLike(text: string): string | undefined {
  const like = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 48);
  return like === '' ? undefined : like;
}

/** A value in a message, short enough to read. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
