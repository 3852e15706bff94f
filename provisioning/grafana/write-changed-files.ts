import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Texts by path under a folder. */
export type Files = Record<string, string>;

/** The folder that holds what Grafana reads; it may be pointed at it as it is. */
export const grafanaFolder = import.meta.dirname;

/** The files as they were generated, read from disk: a production install has no SDK to make them anew. */
export function generatedFiles(): Files {
  const paths = globSync('*/*.generated.*', { cwd: grafanaFolder }).toSorted();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(grafanaFolder, path), 'utf8')]));
}

/**
 * Writes files into a folder, leaving those of others alone.
 *
 * @returns Paths of the files that were missing or different.
 */
export function writeChangedFiles(folder: string, files: Files): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const file = join(folder, path);
    if (contentOf(file) === text) return [];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return [file];
  });
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
