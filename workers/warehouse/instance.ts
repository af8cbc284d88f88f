/** A running DuckDB-WASM worker, and the calls that wait for it. */

import type { AsyncDuckDB } from '@duckdb/duckdb-wasm';

/** A running DuckDB: calls made to it settle even when its worker is gone. */
export class Instance {
  private readonly pending = new Set<(reason: Error) => void>();
  private ended: Error | null = null;

  constructor(
    private readonly db: AsyncDuckDB,
    private readonly worker: Worker,
  ) {}

  /** Calls DuckDB; rejects when the instance ends first, since a terminated worker never answers. */
  call<T>(task: (db: AsyncDuckDB) => Promise<T>): Promise<T> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise<T>((resolve, reject) => {
      this.pending.add(reject);
      task(this.db)
        .then(resolve, reject)
        .finally(() => this.pending.delete(reject));
    });
  }

  /** Ends the worker and every call that waits for it. */
  end(reason: Error): void {
    if (this.ended) return;
    this.ended = reason;
    this.worker.terminate();
    for (const reject of this.pending) reject(reason);
    this.pending.clear();
  }
}
