import type { Service } from './compose-file.ts';

/** Where the parts of a container's file system are outside of one. */
export interface OutsidePaths {
  data: string;
  secrets: string;
}

/**
 * A service's environment as its container gets it: `${NAME:-default}` takes its default, `${NAME:?why}` what `given`
 * has for it, and paths are where they are outside.
 */
export function containerEnvironment(
  { environment }: Pick<Service, 'environment'>,
  paths: OutsidePaths,
  given: Record<string, string>,
): Record<string, string> {
  const filled = Object.entries(environment).map(([name, value]) => [
    name,
    value
      .replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1')
      .replace(/\$\{([A-Z_]+):\?[^}]*\}/g, (_whole, variable: string) => given[variable] ?? '')
      .replace(/^\/run\/secrets/, paths.secrets)
      .replace(/^\/data$/, paths.data),
  ]);
  return Object.fromEntries(filled);
}
