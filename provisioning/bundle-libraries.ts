import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Libraries of hundreds of small files each: resolving and linking them took half of a process's start. */
const libraries = ['typebox', 'kysely'];

interface Manifest {
  version: string;
  exports: Record<string, unknown>;
}

function manifestFile(root: string, library: string): string {
  return join(root, 'node_modules', library, 'package.json');
}

function manifestOf(root: string, library: string): Manifest {
  return JSON.parse(readFileSync(manifestFile(root, library), 'utf8'));
}

/** Folder of a bundle, by the versions of the libraries; undefined where one is not installed. */
function folderOf(root: string): string | undefined {
  if (!libraries.every((library) => existsSync(manifestFile(root, library)))) return undefined;
  const names = libraries.map((library) => `${library}-${manifestOf(root, library).version}`);
  return join(root, 'node_modules/.cache/bundled', names.join('+'));
}

/** Flags of Node by which a process and its threads load the bundles; empty where there are none. */
export function bundledLibrariesFlags(root: string): string[] {
  const folder = folderOf(root);
  const file = folder && join(folder, 'register.mjs');
  return file && existsSync(file) ? ['--import', pathToFileURL(file).href] : [];
}

/** Node's compile cache, for `NODE_COMPILE_CACHE`: the processes load mostly the same files. */
export function compileCache(root: string): string {
  return join(root, 'node_modules/.cache/compiled');
}

/**
 * Bundles libraries of very many files into a few, once a version: each process and thread starts in about half the
 * time. Where the bundler is not installed, or the folder cannot be written, the libraries are loaded unbundled.
 *
 * @returns Whether it bundled.
 */
export async function bundleLibraries(root: string): Promise<boolean> {
  const folder = folderOf(root);
  if (!folder || existsSync(folder)) return false;
  const partial = `${folder}.${process.pid}`;
  try {
    await writeBundles(root, partial);
    renameSync(partial, folder);
    return true;
  } catch {
    // Another process was first, or the folder cannot be written.
    rmSync(partial, { recursive: true, force: true });
    return false;
  }
}

async function writeBundles(root: string, outDir: string): Promise<void> {
  const { build } = await import('vite');
  const names = libraries.flatMap((library) =>
    Object.keys(manifestOf(root, library).exports).map((path) => join(library, path)),
  );
  const fileOf = (name: string) => name.replaceAll('/', '.');
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [fileOf(name), name])),
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  });
  const files = Object.fromEntries(names.map((name) => [name, `./${fileOf(name)}.mjs`]));
  writeFileSync(join(outDir, 'register.mjs'), registration(files));
}

/** A module hook that makes Node load these files for these names. */
function registration(files: Record<string, string>): string {
  return `import { registerHooks } from 'node:module';
const files = ${JSON.stringify(files, null, 2)};
registerHooks({
  resolve: (name, context, next) =>
    Object.hasOwn(files, name)
      ? { url: new URL(files[name], import.meta.url).href, format: 'module', shortCircuit: true }
      : next(name, context),
});
`;
}
