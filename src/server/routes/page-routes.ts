import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

const DIRECTORY = new URL('../../../dist/dashboard/', import.meta.url);
const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/dashboard/app.js', file: 'app.js', type: 'text/javascript; charset=utf-8' },
  { path: '/dashboard/app.css', file: 'app.css', type: 'text/css; charset=utf-8' },
  { path: '/dashboard/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
] as const;

/** The dashboard: these files and no others, read once. A checkout that was never built has none. */
export async function addPageRoutes(app: FastifyInstance): Promise<void> {
  for (const { path, file, type } of FILES) {
    const bytes = await readFile(new URL(file, DIRECTORY)).catch(() => null);
    if (bytes === null) continue;
    app.get(path, (_request, reply) =>
      reply.headers({ 'content-type': type, 'cache-control': 'no-cache' }).send(bytes),
    );
  }
}
