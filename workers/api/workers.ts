/** What the engine asks of the page: workers. */

/** A worker that the engine asks the page to start. */
export interface WorkerRequest {
  id: string;
  /** `executor`: task.worker.ts; `duckdb`: duckdb.worker.ts, which runs `script`. */
  kind: 'executor' | 'duckdb';
  /** The worker's end of the channel to the engine. Transferred. */
  port: MessagePort;
  /** Address of DuckDB's own worker script. */
  script?: string;
}

/**
 * What the page does for the engine: it starts and ends workers. Firefox hangs, one time in twenty, a worker that starts a worker
 * of its own, so none does.
 */
export interface WorkerHost {
  /** `onDeath` hears why the worker failed; it may never be called. */
  startWorker(request: WorkerRequest, onDeath: (reason: string) => void): void;
  endWorker(id: string): void;
}

/** The first message to the engine's worker; its port leads to the `WorkerHost`. */
export interface HostMessage {
  type: 'worker-host';
  port: MessagePort;
}

/** The page goes into the back/forward cache, where no worker runs, or comes back from it. */
export interface PageMessage {
  type: 'page-hidden' | 'page-shown';
}
