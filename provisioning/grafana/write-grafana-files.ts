import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { grafanaFiles } from './grafana-files.ts';

/** The folder Grafana may be pointed at as it is. */
export const grafanaFolder = import.meta.dirname;

/**
 * Writes what Grafana reads at its start into a provisioning folder, leaving files of others alone.
 *
 * @returns Paths of the files that were missing or different.
 */
export function writeGrafanaFiles(folder: string): string[] {
  return Object.entries(grafanaFiles()).flatMap(([path, text]) => {
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
