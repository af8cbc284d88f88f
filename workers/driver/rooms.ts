/** The rooms of one engine, opened together. */
import * as Comlink from 'comlink';
import duckdbWasm from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import duckdbWorker from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import type { LabName } from '../api.ts';
import { Lake } from '../lake/lake.ts';
import { dataFilePath } from '../lake/path.ts';
import type { FileStore } from '../lake/types.ts';
import { WorkPool } from '../orchestrate/work-pool.ts';
import { Warehouse } from '../warehouse/warehouse.ts';
import type { Fence } from './fence.ts';
import { LakeRelations } from './relations.ts';
import type { Spawn } from './spawn.ts';
import { openStore } from './store.ts';
import { openTips } from './tips.ts';

export interface Rooms {
  store: FileStore;
  lake: Lake;
  pool: WorkPool;
  warehouse: Warehouse;
  relations: LakeRelations;
  /** To be called after a commit or a change of a view. */
  noteChange(lab: LabName): void;
}

const DEFAULT_EXECUTORS = 2;

export interface RoomsOptions {
  spawn: Spawn;
  fence: Fence;
  /** No other engine may write to this lake. */
  isSole: boolean;
  /** Hears of every lab whose tables have changed. */
  onChange(lab: LabName): void;
}

/** Opens the store; the warehouse starts when it is asked to. */
export async function openRooms({ spawn, fence, isSole, onChange }: RoomsOptions): Promise<Rooms> {
  const store = await openStore(fence, isSole);
  const lake = new Lake(store, {
    clock: Date,
    newId: () => crypto.randomUUID(),
    tips: await openTips(store, fence),
    onWarning: (warning) => console.warn(warning.message),
  });
  await lake.finishDrops();
  const pool = openPool(store, spawn);
  const relations = new LakeRelations(lake, pool);
  const warehouse = new Warehouse({
    workerUrl: absolute(duckdbWorker),
    wasmUrl: absolute(duckdbWasm),
    source: relations,
    createWorker: (url) => spawn.duckdb(url),
  });
  const noteChange = (lab: LabName) => {
    relations.invalidate(lab);
    onChange(lab);
  };
  return { store, lake, pool, warehouse, relations, noteChange };
}

function openPool(store: FileStore, spawn: Spawn): WorkPool {
  return new WorkPool({
    size: DEFAULT_EXECUTORS,
    create: (onDeath) => spawn.executor(onDeath),
    shared: store.kind === 'opfs',
    readFile: (path) => store.read(path),
    transfer: Comlink.transfer,
    onAbandoned: (files, { tablePath }) => {
      for (const { add } of files) void store.remove(dataFilePath(tablePath, add.path));
    },
  });
}

/** DuckDB's worker resolves addresses against its own; give it whole ones. */
function absolute(url: string): string {
  return new URL(url, self.location.href).href;
}
