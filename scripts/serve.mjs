// Serves build/ as GitHub Pages does: under a sub-path if asked, folders with a trailing slash, 404.html for what is missing.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import sirv from 'sirv';
import { root } from './setup.mjs';

/**
 * @param {{ folder?: string, port?: number, base?: string }} [options] base: sub-path such as '/tarn'
 * @returns {Promise<{ url: string, close: () => Promise<void>, requests: string[] }>}
 */
export async function serve({ folder = path.join(root, 'build'), port = 4173, base = '' } = {}) {
  const files = sirv(folder, { etag: true, dev: true });
  const missing = readFileSync(path.join(folder, '404.html'));
  const requests = [];
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    requests.push(url);
    const notFound = () =>
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end(missing);
    if (!url.startsWith(`${base}/`)) return url === base ? redirect(response, `${base}/`) : notFound();
    request.url = url.slice(base.length);
    const { pathname, search } = new URL(request.url, 'http://localhost');
    if (!pathname.endsWith('/') && !path.extname(pathname))
      return redirect(response, `${base}${pathname}/${search}`);
    files(request, response, notFound);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const close = () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections()));
  return { url: `http://localhost:${server.address().port}${base}/`, close, requests };
}

function redirect(response, location) {
  response.writeHead(301, { location }).end();
}
