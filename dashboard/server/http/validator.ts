import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { createValidator } from '#contracts/validate.ts';
import { DashboardError } from '../../errors.ts';

/**
 * Checks requests strictly against their TypeBox schemas: nothing in a body is coerced or removed. Query and
 * path, which are text, are read as the numbers and booleans that stand in them as such: `true` is no 1.
 */
export const strictValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = createValidator(schema);
  return (given: unknown) => {
    const checked = check(httpPart === 'body' ? given : readText(schema, given));
    if (checked.ok) return { value: checked.value };
    const where = checked.path === '/' ? '' : ` ${checked.path}`;
    return {
      error: new DashboardError(
        'DASHBOARD_REQUEST_INVALID',
        `${httpPart ?? 'request'}${where} ${checked.expected}`,
        { path: checked.path },
      ),
    };
  };
};

/** What stands in the texts of a query or path; what is not as its schema asks is left as it is, to be refused. */
function readText(schema: TSchema, given: unknown): unknown {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  return Object.fromEntries(
    Object.entries(given ?? {}).map(([name, value]) => {
      const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
      return [name, typeof value === 'string' ? readOne(type, value) : value];
    }),
  );
}

function readOne(type: string | undefined, text: string): unknown {
  if (type === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  if (type !== 'integer' && type !== 'number') return text;
  const value = Number(text);
  const isNumber = type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  return /^-?\d+(\.\d+)?$/.test(text) && isNumber ? value : text;
}
