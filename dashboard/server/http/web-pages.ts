import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import { DashboardError } from '../../errors.ts';
import { notFound } from './refusal.ts';
import type { App } from './routes.ts';

/** Folders of the built pages, and what they are called in addresses. */
const pages = ['console', 'responder', 'family'];

const notBuilt = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>守望 Shouwang</title>
<h1>页面尚未构建 / The pages are not built</h1>
<p>请在平台所在的计算机上运行 / On the platform's machine run:</p><pre>npm run build</pre></html>`;

/**
 * Serves the built pages; paths below a page's folder that are no file are the page's own routes.
 *
 * @param methods What the other paths take: asked by another method they answer 405.
 */
export async function addWebPages(app: App, webDir: string, methods: KnownMethods): Promise<void> {
  const root = resolve(webDir);
  await app.register(fastifyStatic, {
    root,
    cacheControl: false,
    dotfiles: 'deny',
    suppressWarning: true,
    setHeaders: (reply, path) => reply.header('cache-control', cachingOf(path)),
  });
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/console/'));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const taken = methods.of(path);
    if (taken.length > 0 && !taken.includes(request.method)) {
      reply.header('allow', taken.join(', '));
      throw new DashboardError('DASHBOARD_METHOD_UNKNOWN', `${path} takes ${taken.join(', ')}`);
    }
    const page = request.method === 'GET' ? pages.find((one) => one === path.split('/')[1]) : undefined;
    if (!page || /\.[a-z0-9]+$/i.test(path)) throw notFound(`${request.method} ${path}`);
    const file = `${page}/index.html`;
    if (existsSync(join(root, file))) return reply.sendFile(file);
    reply.status(503).type('text/html; charset=utf-8').header('cache-control', 'no-store');
    return reply.send(notBuilt);
  });
}

/** Files below `assets/` carry a hash of their content in their name. */
function cachingOf(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

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
