import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { initParquet } from '../../../workers/lake/parquet/parquet.ts';
import { DeltaTable } from '../../../workers/lake/table.ts';
import type { FileStore, LakeEnv, WrittenFile } from '../../../workers/lake/types.ts';

/** The Parquet codec from node_modules, for tests in Node. */
export async function loadParquet(): Promise<void> {
  // Not at the top: tests in browsers use what is below.
  const { readFileSync } = await import('node:fs');
  const url = new URL('../../../node_modules/parquet-wasm/esm/parquet_wasm_bg.wasm', import.meta.url);
  await initParquet(readFileSync(url));
}

/** A clock that moves one millisecond per look, and ids that count. */
export function testEnv(start = 1_700_000_000_000): LakeEnv {
  let now = start;
  let id = 0;
  return {
    clock: { now: () => (now += 1) },
    newId: () => `00000000-0000-4000-8000-${String((id += 1)).padStart(12, '0')}`,
  };
}

export const REF = { lab: 'lab', schema: 'bronze', name: 'orders' };
export const PATH = 'lake/lab/bronze/orders';

export function testTable(store: FileStore = new MemoryStore(), env = testEnv()): DeltaTable {
  return new DeltaTable(store, REF, env);
}

/** A file as an executor without a store hands it over. */
export function writtenFile(
  name: string,
  numRecords = 1,
  partitionValues: Record<string, string | null> = {},
): WrittenFile {
  const bytes = new TextEncoder().encode(name);
  const stats = JSON.stringify({ numRecords });
  const add = {
    path: name,
    partitionValues,
    size: bytes.length,
    modificationTime: 1,
    dataChange: true,
    stats,
  };
  return { add, numRecords, bytes };
}
