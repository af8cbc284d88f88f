/** Builds the page of the crash tests, serves it, and keeps the requests of held threads until their kill. */
import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { build } from 'vite';

const PAGE = fileURLToPath(new URL('page/', import.meta.url));

export class CrashSite {
  #held: ServerResponse[] = [];
  #onHold: (point: string) => void = () => undefined;

  private constructor(
    readonly url: string,
    readonly server: Server,
    readonly folder: string,
  ) {}

  static async open(): Promise<CrashSite> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tarn-crash-site-'));
    await buildPage(folder);
    const files = sirv(folder, { etag: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const site = new CrashSite(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server, folder);
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', site.url);
      if (pathname === '/hold') site.#hold(searchParams.get('point') ?? '', response);
      else files(request, response, () => void response.writeHead(404).end());
    });
    return site;
  }

  /** Calls back when a thread is held; the former listener is forgotten. */
  onHold(listener: (point: string) => void): void {
    this.#onHold = listener;
  }

  /** Lets threads go on that were held and not killed. */
  release(): void {
    for (const response of this.#held.splice(0)) response.writeHead(204).end();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #hold(point: string, response: ServerResponse): void {
    this.#held.push(response);
    this.#onHold(point);
  }
}

async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: PAGE,
    logLevel: 'warn',
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      chunkSizeWarningLimit: 4096,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
}
