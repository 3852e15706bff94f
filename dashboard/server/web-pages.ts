import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import { notFound } from './refusal.ts';
import type { App } from './routes/routes.ts';

const consolePage = 'console/index.html';

const notBuilt = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>守望 Shouwang</title>
<h1>页面尚未构建 / The pages are not built</h1>
<p>请在平台所在的计算机上运行 / On the platform's machine run:</p><pre>npm run build</pre></html>`;

/** Serves the built pages; paths below `/console/` that are no file are the console's own routes. */
export async function addWebPages(app: App, webDir: string): Promise<void> {
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
    const isPage = request.method === 'GET' && (path === '/console' || path.startsWith('/console/'));
    if (!isPage || /\.[a-z0-9]+$/i.test(path)) throw notFound(`${request.method} ${path}`);
    if (existsSync(join(root, consolePage))) return reply.sendFile(consolePage);
    reply.status(503).type('text/html; charset=utf-8').header('cache-control', 'no-store');
    return reply.send(notBuilt);
  });
}

/** Files below `assets/` carry a hash of their content in their name. */
function cachingOf(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
