/** A DuckDB connection that speaks in Arrow IPC messages and decodes nothing. */

import type { AsyncDuckDB } from '@duckdb/duckdb-wasm';
import { QueryCancelledError } from './errors.ts';
import type { Instance } from './instance.ts';
import { countRows, endOfStream, joinBytes } from './ipc.ts';

/** A chunk of a result: one or more record-batch messages. */
export interface Chunk {
  bytes: Uint8Array;
  numRows: number;
}

/** One connection; one result at a time: a new statement ends the stream of the one before. */
export class Connection {
  constructor(
    private readonly instance: Instance,
    private readonly id: number,
    /** Sees every engine error first; answers the one to throw. */
    private readonly judge: (error: unknown) => unknown,
  ) {}

  /** Starts a statement and waits for its first rows. Answers the schema message; QueryCancelledError when aborted. */
  async open(sql: string, signal?: AbortSignal): Promise<Uint8Array> {
    if (signal?.aborted) throw new QueryCancelledError(signal.reason);
    let cancelSent = false;
    let schema = await this.call((db) => db.startPendingQuery(this.id, sql, true));
    while (schema === null) {
      if (signal?.aborted && !cancelSent) {
        cancelSent = true;
        await this.call((db) => db.cancelPendingQuery(this.id));
      }
      schema = await this.call((db) => db.pollPendingQuery(this.id));
    }
    if (signal?.aborted) throw new QueryCancelledError(signal.reason);
    return schema;
  }

  /** The next chunk of the open result; null at its end. */
  async fetch(signal?: AbortSignal): Promise<Chunk | null> {
    for (;;) {
      if (signal?.aborted) throw new QueryCancelledError(signal.reason);
      const bytes = await this.call((db) => db.fetchQueryResults(this.id));
      if (bytes === null) continue;
      return bytes.byteLength === 0 ? null : { bytes, numRows: countRows(bytes) };
    }
  }

  /** Runs a statement to its end; a complete Arrow IPC stream. */
  async collect(sql: string, signal?: AbortSignal): Promise<Uint8Array> {
    const chunks = [await this.open(sql, signal)];
    for (let chunk = await this.fetch(signal); chunk; chunk = await this.fetch(signal))
      chunks.push(chunk.bytes);
    return joinBytes([...chunks, endOfStream]);
  }

  /** Runs a statement and drops what it answers. */
  async execute(sql: string, signal?: AbortSignal): Promise<void> {
    await this.open(sql, signal);
    while (await this.fetch(signal));
  }

  /** Parses and binds a statement without running it. */
  async check(sql: string): Promise<void> {
    const prepared = await this.call((db) => db.createPrepared(this.id, sql));
    await this.call((db) => db.closePrepared(this.id, prepared));
  }

  /** Appends a complete Arrow IPC stream to an existing table, by position. The bytes are transferred. */
  insert(schema: string, table: string, stream: Uint8Array): Promise<void> {
    return this.call((db) =>
      db.insertArrowFromIPCStream(this.id, stream, { schema, name: table, create: false }),
    );
  }

  close(): Promise<void> {
    return this.call((db) => db.disconnect(this.id));
  }

  private async call<T>(task: (db: AsyncDuckDB) => Promise<T>): Promise<T> {
    try {
      return await this.instance.call(task);
    } catch (error) {
      throw this.judge(error);
    }
  }
}
