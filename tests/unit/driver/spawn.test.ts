import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import type { WorkerHost, WorkerRequest } from '../../../workers/api.ts';
import { shapeErrors } from '../../../workers/driver/remote.ts';
import { receiveHost, Spawn } from '../../../workers/driver/spawn.ts';

/** A page that notes what it was asked for. */
class FakePage implements WorkerHost {
  readonly requests: WorkerRequest[] = [];
  readonly ended: string[] = [];
  readonly deaths: ((reason: string) => void)[] = [];

  startWorker(request: WorkerRequest, onDeath: (reason: string) => void): void {
    this.requests.push(request);
    this.deaths.push(onDeath);
    if (request.kind === 'executor') Comlink.expose(shapeErrors({ inspect }), request.port);
  }

  endWorker(id: string): void {
    this.ended.push(id);
  }
}

async function inspect(job: { fileName: string }): Promise<number> {
  if (job.fileName === 'bad.csv')
    throw Object.assign(new Error('bad.csv: line 3'), { name: 'ImportError', line: 3 });
  return job.fileName.length;
}

const ports: MessagePort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

function openSpawn(page: FakePage): Spawn {
  const scope = new EventTarget();
  const spawn = new Spawn(receiveHost(scope));
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  Comlink.expose(page, port1);
  // What Comlink says to the same worker is not for it.
  scope.dispatchEvent(new MessageEvent('message', { data: { type: 'GET', path: [] } }));
  scope.dispatchEvent(new MessageEvent('message', { data: { type: 'worker-host', port: port2 } }));
  return spawn;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));
const job = (fileName: string) => ({
  landingPath: '',
  fileName,
  source: 'transactions',
  firstRow: 0,
  tablePath: '',
  compression: 'none' as const,
});

describe('workers started by the page', () => {
  it('answer over a channel of their own, errors with their fields', async () => {
    const page = new FakePage();
    const { api, terminate } = openSpawn(page).executor(() => undefined);
    expect(await api.inspect(job('good.csv'))).toBe(8);
    await expect(api.inspect(job('bad.csv'))).rejects.toMatchObject({ name: 'ImportError', line: 3 });
    terminate();
    await settle();
    expect(page.ended).toEqual([page.requests[0]?.id]);
    page.requests[0]?.port.close();
  });

  it('that die are told with the reason', async () => {
    const page = new FakePage();
    const causes: unknown[] = [];
    const { terminate } = openSpawn(page).executor((cause) => causes.push(cause));
    await settle();
    page.deaths[0]?.('out of memory');
    await settle();
    expect(causes.map(String)).toEqual(['Error: out of memory']);
    terminate();
    page.requests[0]?.port.close();
  });

  it('run DuckDB behind a port that looks like a Worker', async () => {
    const page = new FakePage();
    const worker = openSpawn(page).duckdb('/duckdb.js');
    const heard = new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data)));
    worker.postMessage('hello');
    await settle();
    const [request] = page.requests;
    expect(request).toMatchObject({ kind: 'duckdb', script: '/duckdb.js' });
    request?.port.addEventListener('message', ({ data }) => request.port.postMessage(`${String(data)} back`));
    request?.port.start();
    expect(await heard).toBe('hello back');
    worker.terminate();
    await settle();
    expect(page.ended).toEqual([request?.id]);
    request?.port.close();
  });

  it('end with their engine, which starts no more', async () => {
    const page = new FakePage();
    const spawn = openSpawn(page);
    spawn.executor(() => undefined);
    spawn.duckdb('/duckdb.js');
    await settle();
    spawn.close();
    spawn.duckdb('/duckdb.js').terminate();
    await settle();
    expect(page.ended).toEqual(page.requests.map(({ id }) => id));
    expect(page.requests.map(({ kind }) => kind)).toEqual(['executor', 'duckdb']);
    for (const { port } of page.requests) port.close();
  });
});
