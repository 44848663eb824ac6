/** The pages: one document for all of their addresses, and the files that it loads. */
import type { App } from './app-type.ts';

/** By path below the root, `index.html`, `assets/index-4f2a.js`: read at once, so that no address can lead elsewhere. */
export type PageFiles = ReadonlyMap<string, Uint8Array>;

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  txt: 'text/plain; charset=utf-8',
};

/** Addresses that the page itself reads. */
const addresses = ['/', '/builder', '/monitor', '/monitor/:batch_run_id'];

export const pageRoutes = (app: App, files: PageFiles): void => {
  for (const address of addresses)
    app.get(address, (context) => {
      const page = files.get('index.html');
      if (page === undefined)
        return context.text('The pages were not built; the API is at /api/v1/openapi.json\n', 404);
      return context.body(Buffer.from(page), 200, { 'content-type': types['html'] as string });
    });
  for (const [name, bytes] of files) {
    if (name === 'index.html') continue;
    const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    // Names below assets/ hold a hash of what is in them.
    const caching = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    app.get(`/${name}`, (context) =>
      context.body(Buffer.from(bytes), 200, { 'content-type': type, 'cache-control': caching }),
    );
  }
};
