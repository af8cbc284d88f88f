import { Lake } from '../../../workers/lake/lake.ts';
import { MemoryStore } from '../../../workers/lake/memory-store.ts';
import type { Codec } from '../../../workers/lake/types.ts';
import type { Logger } from '../../../workers/orchestrate/run-journal.ts';
import type { Timer } from '../../../workers/orchestrate/timer.ts';

/** Real Delta tables over memory; data files hold Arrow IPC as it is, which is enough to tell rows and commits. */
export function createMemoryLake(timer: Timer, store = new MemoryStore()) {
  let nextId = 0;
  const lake = new Lake(store, { clock: timer, newId: () => `id-${++nextId}` });
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
