import * as Comlink from 'comlink';
import type { HostMessage, WorkerHost, WorkerRequest } from '../../workers/api.ts';

/** Starts and ends workers for the engine (see `WorkerHost`). */
class PageWorkerHost implements WorkerHost {
  readonly #workers = new Map<string, Worker>();

  startWorker({ id, kind, port, script }: WorkerRequest, onDeath: (reason: string) => void): void {
    const worker = kind === 'executor' ? startExecutor() : startDuckDb();
    this.#workers.set(id, worker);
    worker.addEventListener('error', (event) =>
      onDeath(event.message || `the ${kind} worker could not be loaded`),
    );
    worker.addEventListener('messageerror', () =>
      onDeath(`a message of the ${kind} worker could not be read`),
    );
    worker.postMessage({ port, script }, [port]);
  }

  endWorker(id: string): void {
    this.#workers.get(id)?.terminate();
    this.#workers.delete(id);
  }
}

function startExecutor(): Worker {
  return new Worker(new URL('../../workers/task.worker.ts', import.meta.url), {
    type: 'module',
    name: 'executor',
  });
}

function startDuckDb(): Worker {
  return new Worker(new URL('../../workers/duckdb.worker.ts', import.meta.url), {
    type: 'module',
    name: 'duckdb',
  });
}

/** Lets the engine in `worker` have workers of its own. */
export function hostWorkers(worker: Worker): void {
  const { port1, port2 } = new MessageChannel();
  Comlink.expose(new PageWorkerHost(), port1);
  const message: HostMessage = { type: 'worker-host', port: port2 };
  worker.postMessage(message, [port2]);
}
