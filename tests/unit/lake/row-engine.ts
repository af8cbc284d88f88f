import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, NODE_RUNTIME, VoidLogger, createDuckDB } from '@duckdb/duckdb-wasm/blocking';
import type { RowEngine, RowSession } from '../../../workers/lake/types.ts';
import { toSqlError } from '../../../workers/warehouse/engine-error.ts';
import { testFiles } from '../../../workers/warehouse/file-tests.ts';

/** Batches of 2,048 rows in one stream, as in the warehouse. */
const BATCHES_PER_STREAM = 60;
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** The DuckDB that browsers run, in this thread: real SQL over real rows, and the warehouse's own test of files. */
export async function openRowEngine(): Promise<RowEngine> {
  const folder = dirname(createRequire(import.meta.url).resolve('@duckdb/duckdb-wasm/blocking'));
  const bundle = (name: string) => ({ mainModule: join(folder, `duckdb-${name}.wasm`), mainWorker: '' });
  const bundles = { mvp: bundle('mvp'), eh: bundle('eh') };
  const duckdb = await createDuckDB(bundles, new VoidLogger(), NODE_RUNTIME);
  await duckdb.instantiate(() => undefined);
  duckdb.open({});
  for (const setting of ['autoload_known_extensions', 'autoinstall_known_extensions'])
    duckdb.connect().query(`SET ${setting} = false`);
  return {
    open: async () => new NodeSession(duckdb.connect()),
    mayMatch: testFiles,
  };
}

/** As the warehouse's: temporary tables of one connection, one SELECT at a time. */
class NodeSession implements RowSession {
  readonly #tables = new Set<string>();

  constructor(readonly connection: DuckDBConnection) {}

  async load(table: string, columns: { name: string; type: string }[], ipc: Uint8Array[]): Promise<void> {
    if (!this.#tables.has(table)) {
      const definitions = columns.map(({ name, type }) => `${quote(name)} ${type}`);
      this.connection.query(`CREATE TEMP TABLE ${quote(table)} (${definitions.join(', ')})`);
      this.#tables.add(table);
    }
    for (const stream of ipc)
      this.connection.insertArrowFromIPCStream(stream, { name: table, schema: 'main', create: false });
  }

  async drop(table: string): Promise<void> {
    this.#tables.delete(table);
    this.connection.query(`DROP TABLE IF EXISTS ${quote(table)}`);
  }

  async *select(sql: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (const stream of this.connection.useUnsafe((bindings, id) => readStreams(bindings, id, sql))) {
      signal?.throwIfAborted();
      yield stream;
    }
  }

  async close(): Promise<void> {
    this.connection.close();
  }
}

type Bindings = Parameters<Parameters<DuckDBConnection['useUnsafe']>[0]>[0];

function* readStreams(bindings: Bindings, connection: number, sql: string): Generator<Uint8Array> {
  const schema = startQuery(bindings, connection, sql);
  for (let left = true; left;) {
    const batches: Uint8Array[] = [];
    while (batches.length < BATCHES_PER_STREAM) {
      const batch = fetchBatch(bindings, connection, sql);
      if (batch.byteLength === 0) break;
      batches.push(batch);
    }
    left = batches.length === BATCHES_PER_STREAM;
    if (batches.length > 0)
      yield Buffer.concat([schema, ...batches, END_OF_STREAM])
        .subarray()
        .slice();
  }
}

function startQuery(bindings: Bindings, connection: number, sql: string): Uint8Array {
  try {
    let schema = bindings.startPendingQuery(connection, sql, true);
    while (schema === null) schema = bindings.pollPendingQuery(connection);
    return schema.slice();
  } catch (cause) {
    throw toSqlError(cause, { text: sql, start: 0, sql });
  }
}

function fetchBatch(bindings: Bindings, connection: number, sql: string): Uint8Array {
  try {
    for (;;) {
      const batch = bindings.fetchQueryResults(connection);
      if (batch !== null) return batch.slice();
    }
  } catch (cause) {
    throw toSqlError(cause, { text: sql, start: 0, sql });
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
