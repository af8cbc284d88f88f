/** One DuckDB-WASM instance at a time, closed to the outside, restarted when it can no longer be trusted. */

import { AsyncDuckDB, VoidLogger } from '@duckdb/duckdb-wasm';
import { Connection } from './connection.ts';
import { severityOf } from './engine-error.ts';
import { OutOfMemoryError, WarehouseRestartedError, WarehouseStartError } from './errors.ts';
import { Instance } from './instance.ts';
import { quoteLiteral } from './sql-text.ts';

/** Where the engine tells what happens to it. */
export interface WarehouseLogger {
  log(level: 'debug' | 'info' | 'warning' | 'error', message: string): void;
}

export interface EngineOptions {
  /** Same-origin addresses of DuckDB's EH worker script and WebAssembly. */
  workerUrl: string;
  wasmUrl: string;
  /** DuckDB size: `3GB`. The WebAssembly heap ends at 4 GiB. */
  memoryLimit: string;
  logger?: WarehouseLogger;
  createWorker: (url: string) => Worker;
}

/** Starts DuckDB, hands out connections, and replaces the instance after an out-of-memory error or a trap. */
export class Engine {
  private starting: Promise<Instance> | null = null;
  private running: Instance | null = null;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly options: EngineOptions) {}

  /** Resolves when DuckDB answers. Rejects with WarehouseStartError. */
  async start(): Promise<void> {
    await this.instance();
  }

  /** Called at each restart, before any new connection is made: everything in the old instance is gone. */
  onRestart(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** A new connection whose unqualified names resolve in the default catalog. */
  async connect(): Promise<Connection> {
    const instance = await this.instance();
    const id = await instance.call((db) => db.connectInternal());
    return new Connection(instance, id, (error) => this.judge(error, instance));
  }

  /** Ends the instance; calls in progress reject with WarehouseRestartedError; the next call starts another. */
  restart(reason: string, cause?: unknown): void {
    const { running, starting } = this;
    this.running = null;
    this.starting = null;
    for (const listener of this.listeners) listener();
    const ended = new WarehouseRestartedError(reason, cause);
    running?.end(ended);
    if (!running) starting?.then((instance) => instance.end(ended)).catch(() => undefined);
  }

  private instance(): Promise<Instance> {
    if (this.starting) return this.starting;
    const starting = startInstance(this.options, (instance, message) =>
      this.onWorkerError(instance, message),
    );
    this.starting = starting;
    starting.then(
      (instance) => {
        if (this.starting === starting) this.running = instance;
      },
      () => {
        if (this.starting === starting) this.starting = null;
      },
    );
    return starting;
  }

  private onWorkerError(instance: Instance, message: string): void {
    if (this.running !== instance) return;
    this.options.logger?.log('error', `The DuckDB worker failed: ${message}`);
    this.restart('its worker failed');
  }

  /** Turns an engine error that taints the instance into a restart; leaves the others as they are. */
  private judge(error: unknown, instance: Instance): unknown {
    const severity = severityOf(error);
    if (severity === 'statement') return error;
    const reason = severity === 'out-of-memory' ? 'it ran out of memory' : 'DuckDB stopped unexpectedly';
    if (this.running === instance) {
      this.options.logger?.log(
        'warning',
        `Restarting DuckDB: ${reason}. ${error instanceof Error ? error.message : String(error)}`,
      );
      this.restart(reason, error);
      // A warm instance spares the next query the start; a failure shows there.
      this.instance().catch(() => undefined);
    }
    return severity === 'out-of-memory'
      ? new OutOfMemoryError(this.options.memoryLimit, error)
      : new WarehouseRestartedError(reason, error);
  }
}

async function startInstance(
  options: EngineOptions,
  onError: (instance: Instance, message: string) => void,
): Promise<Instance> {
  let worker: Worker | null = null;
  try {
    worker = options.createWorker(options.workerUrl);
    const db = new AsyncDuckDB(new VoidLogger(), worker);
    const instance = new Instance(db, worker);
    await answerOrFailure(
      worker,
      options.wasmUrl,
      instance.call((duckdb) => duckdb.instantiate(options.wasmUrl)),
    );
    worker.addEventListener('error', (event) => onError(instance, event.message));
    // Short polls let a cancel through quickly.
    await instance.call((duckdb) => duckdb.open({ query: { queryPollingInterval: 50 } }));
    const connection = new Connection(
      instance,
      await instance.call((duckdb) => duckdb.connectInternal()),
      (error) => error,
    );
    for (const setting of settings(options.memoryLimit)) await connection.execute(setting);
    await connection.close();
    return instance;
  } catch (error) {
    worker?.terminate();
    throw new WarehouseStartError(error instanceof Error ? error.message : String(error), error);
  }
}

/** DuckDB never answers when its script throws or its WebAssembly is missing: both are found out here. */
async function answerOrFailure(worker: Worker, wasmUrl: string, answer: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const failure = new Promise<never>((_, reject) => {
    const scriptFailed = (event: ErrorEvent) =>
      reject(new Error(`its worker script failed: ${event.message || 'it was not found'}`));
    worker.addEventListener('error', scriptFailed, { once: true });
    // Only a start that takes long is worth another request.
    timer = setTimeout(() => void checkAddress(wasmUrl).catch(reject), 3000);
  });
  try {
    await Promise.race([answer, failure]);
  } finally {
    clearTimeout(timer);
  }
}

async function checkAddress(url: string): Promise<void> {
  const response = await fetch(url);
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}

/** Closed before the first query: nothing is loaded from anywhere, and no query can open it again. */
function settings(memoryLimit: string): string[] {
  return [
    'SET autoload_known_extensions = false',
    'SET autoinstall_known_extensions = false',
    // A checkpoint that runs out of memory on commit empties the table.
    "SET checkpoint_threshold = '1TB'",
    `SET memory_limit = ${quoteLiteral(memoryLimit)}`,
    'SET threads = 1',
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ];
}
