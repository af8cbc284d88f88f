import duckdbWasm from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import duckdbWorker from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import { createRowEngine } from '../../../workers/driver/row-engine.ts';
import type { RowEngine } from '../../../workers/lake/types.ts';
import { Warehouse } from '../../../workers/warehouse/warehouse.ts';

/** DuckDB for operations that ask SQL of rows; started by the first that does. */
export function openRowEngine(): RowEngine {
  const absolute = (url: string): string => new URL(url, location.href).href;
  const source = {
    relations: async () => [],
    // There are no relations that could be asked for.
    read: () => Promise.reject(new Error('The crash tests query no tables of the lake.')) as never,
  };
  return createRowEngine(
    new Warehouse({ workerUrl: absolute(duckdbWorker), wasmUrl: absolute(duckdbWasm), source }),
  );
}
