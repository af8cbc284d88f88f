/** Workers for the engine, started by the page (see WorkerHost) and spoken to over a channel of their own. */
import * as Comlink from 'comlink';
import type { HostMessage, WorkerHost, WorkerRequest } from '../api.ts';
import type { ExecutorApi } from '../orchestrate/types.ts';
import type { Executor } from '../orchestrate/work-pool.ts';
import { reviveErrors } from './remote.ts';

export class Spawn {
  readonly #ends = new Set<() => void>();
  #isClosed = false;

  /** `host` may still be on its way: ports keep what is sent until the worker is there. */
  constructor(readonly host: Promise<Comlink.Remote<WorkerHost>>) {}

  /** An executor of the work pool. */
  executor(onDeath: (cause: unknown) => void): Executor {
    const { port, end } = this.#start({ kind: 'executor' }, (reason) => onDeath(new Error(reason)));
    const api = reviveErrors(Comlink.wrap<ExecutorApi>(port)) as unknown as ExecutorApi;
    return { api, terminate: end };
  }

  /** DuckDB's worker: a port with what else DuckDB asks of a Worker. */
  duckdb(script: string): Worker {
    const { port, end } = this.#start({ kind: 'duckdb', script }, (message) =>
      port.dispatchEvent(new ErrorEvent('error', { message })),
    );
    port.start();
    return Object.assign(port, { terminate: end }) as unknown as Worker;
  }

  /** Ends all its workers and starts no more: a worker asked for later never answers. */
  close(): void {
    this.#isClosed = true;
    for (const end of this.#ends) end();
  }

  #start(request: Pick<WorkerRequest, 'kind' | 'script'>, onDeath: (reason: string) => void) {
    const { port1: port, port2 } = new MessageChannel();
    if (this.#isClosed) return { port, end: () => undefined };
    const id = crypto.randomUUID();
    const asked = this.host.then((host) =>
      host.startWorker(Comlink.transfer({ ...request, id, port: port2 }, [port2]), Comlink.proxy(onDeath)),
    );
    asked.catch((cause: unknown) => onDeath(`the page could not start it: ${String(cause)}`));
    const end = () => {
      this.#ends.delete(end);
      port.close();
      void asked.then(async () => (await this.host).endWorker(id));
    };
    this.#ends.add(end);
    return { port, end };
  }
}

/** The page's host, once its first message is here. */
export function receiveHost(scope: EventTarget): Promise<Comlink.Remote<WorkerHost>> {
  return new Promise((resolve) => {
    const take = (event: Event) => {
      const { type, port } = (event as MessageEvent<Partial<HostMessage>>).data;
      if (type !== 'worker-host' || !port) return;
      scope.removeEventListener('message', take);
      resolve(Comlink.wrap<WorkerHost>(port));
    };
    scope.addEventListener('message', take);
  });
}
