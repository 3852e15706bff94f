import type { App } from './routes/routes.ts';

/** The methods that paths of the API take. */
export interface KnownMethods {
  /** Of a path without its query, sorted; empty where there is no such path. */
  of(path: string): string[];
}

/** Notes the methods of the routes that are added from now on; a path for files of all names counts for none. */
export function followMethods(app: App): KnownMethods {
  const routes = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const known = routes.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    routes.set(url, known);
  });
  return {
    of: (path) => {
      const found = [...routes].filter(([url]) => isPathOf(url, path));
      return [...new Set(found.flatMap(([, methods]) => [...methods]))].sort();
    },
  };
}

/** @param url As Fastify takes it: its parameters are whole segments, `/api/elders/:id`. */
function isPathOf(url: string, path: string): boolean {
  const asked = path.split('/');
  const parts = url.split('/');
  if (asked.length !== parts.length) return false;
  return parts.every((part, at) => (part.startsWith(':') ? asked[at] !== '' : part === asked[at]));
}
