import duckdbWasm from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import duckdbWorker from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import { createRowEngine } from '../../../workers/driver/row-engine.ts';
import type { RowEngine } from '../../../workers/lake/types.ts';
import type { RelationSource } from '../../../workers/warehouse/types.ts';
import { Warehouse } from '../../../workers/warehouse/warehouse.ts';

/** DuckDB for operations that ask SQL of rows; started by the first that does. */
export function openRowEngine(): RowEngine {
  const absolute = (url: string): string => new URL(url, location.href).href;
  // Private tables only: no relation of the lake is ever asked for.
  const source = { relations: async () => [] } as Pick<RelationSource, 'relations'> as RelationSource;
  return createRowEngine(
    new Warehouse({ workerUrl: absolute(duckdbWorker), wasmUrl: absolute(duckdbWasm), source }),
  );
}
