import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const dist = resolve(import.meta.dirname, '../../dashboard/web/dist');

/** Most compressed script that a page loads at once, in kB of 1000 bytes (DESIGN.md, section 7). */
const budgetsKb = { family: 120, responder: 150, console: 450 };

interface Chunk {
  file: string;
  /** Chunks that are loaded with it; those loaded later are not among them. */
  imports?: string[];
}

function readManifest(): Record<string, Chunk> {
  const file = join(dist, '.vite/manifest.json');
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build first`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Scripts that a page's own script brings with it, itself among them. */
function scriptsOf(manifest: Record<string, Chunk>, entry: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[entry];
  if (!chunk) throw new Error(`the build has no ${entry}`);
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const name of chunk.imports ?? []) scriptsOf(manifest, name, seen);
  return seen;
}

test.each(Object.entries(budgetsKb))(
  'the %s page loads at most %d kB of compressed script',
  (page, budget) => {
    const scripts = [...scriptsOf(readManifest(), `${page}/index.html`)];
    const weights = scripts.map(
      (file) => [file, gzipSync(readFileSync(join(dist, file))).length / 1000] as const,
    );
    const total = weights.reduce((sum, [, kb]) => sum + kb, 0);
    // A page without a script is no page: the sum would be within any budget.
    expect(total).toBeGreaterThan(20);
    expect(total, weights.map(([file, kb]) => `${file} ${kb.toFixed(1)} kB`).join('\n')).toBeLessThanOrEqual(
      budget,
    );
  },
);
