import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { createValidator } from '#contracts/validate.ts';
import { DashboardError } from '../errors.ts';

/**
 * Checks requests strictly against their TypeBox schemas: nothing in a body is coerced or removed. Query and
 * path, which are text, are read as the numbers and booleans their schema asks for.
 */
export const strictValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = createValidator(schema);
  return (given: unknown) => {
    const checked = check(httpPart === 'body' ? given : Value.Convert(schema, given));
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
