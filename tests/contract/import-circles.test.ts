import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const isOthers = (name: string) => /(^|\/)(node_modules|dist)(\/|$)/.test(name);
const files = globSync('*/**/*.{ts,tsx}', { cwd: root, exclude: isOthers });

/** What a file imports of ours, by path from the root; what is imported for its types alone counts as well. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|^import)\s*\(?\s*'([^']+)'/gm)].flatMap(([, specifier = '']) => {
    if (specifier.startsWith('#')) return [specifier.slice(1)];
    return specifier.startsWith('.') ? [join(file, '..', specifier)] : [];
  });
}

/** Circles of a graph, each as the files on it: the strongly connected parts of more than one (Tarjan 1972). */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string) => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) {
        lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(next) ?? 0));
      }
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) found.push(circle.toSorted());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found;
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));

test('no file imports itself by way of others', () => {
  expect(files.length).toBeGreaterThan(1000);
  expect(circlesOf(graph)).toEqual([]);
});

test('a circle is found, and a diamond is none', () => {
  const of = (edges: Record<string, string[]>) => circlesOf(new Map(Object.entries(edges)));
  expect(of({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([]);
  expect(of({ a: ['b'], b: ['c'], c: ['b'] })).toEqual([['b', 'c']]);
});
