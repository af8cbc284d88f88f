import { MemoryStore } from '../../../workers/lake/memory-store.ts';
import { DeltaTable } from '../../../workers/lake/table.ts';
import type { Codec, TableRef } from '../../../workers/lake/types.ts';
import type { Logger } from '../../../workers/orchestrate/run-journal.ts';
import type { SystemLake } from '../../../workers/orchestrate/system-tables.ts';
import type { Timer } from '../../../workers/orchestrate/timer.ts';

/** Real Delta tables over memory; data files hold Arrow IPC as it is, which is enough to tell rows and commits. */
export function createMemoryLake(timer: Timer, store = new MemoryStore()) {
  let nextId = 0;
  const tables = new Map<string, DeltaTable>();
  const lake: SystemLake & { table(ref: TableRef): DeltaTable } = {
    table(ref) {
      const key = `${ref.lab}.${ref.schema}.${ref.name}`;
      let table = tables.get(key);
      if (!table) {
        const env = { clock: timer, newId: () => `id-${++nextId}` };
        tables.set(key, (table = new DeltaTable(store, ref, env)));
      }
      return table;
    },
  };
  const codec: Codec = {
    async encode({ tablePath, ipc }) {
      const path = `part-${timer.now()}-${++nextId}.parquet`;
      await store.publish(`${tablePath}/${path}`, ipc);
      const add = {
        path,
        partitionValues: {},
        size: ipc.byteLength,
        modificationTime: timer.now(),
        dataChange: true,
      };
      return [{ add, numRecords: 1 }];
    },
    decode: ({ tablePath, add }) => store.read(`${tablePath}/${add.path}`),
  };
  return { store, lake, codec };
}

export interface RecordingLogger extends Logger {
  lines: string[];
}

export function createLogger(): RecordingLogger {
  const lines: string[] = [];
  return {
    lines,
    warn: (message) => void lines.push(`warn ${message}`),
    error: (message) => void lines.push(`error ${message}`),
  };
}
