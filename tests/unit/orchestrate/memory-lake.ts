import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { initParquet } from '../../../workers/lake/parquet/parquet.ts';
import type { Logger } from '../../../workers/orchestrate/run-journal.ts';
import type { Timer } from '../../../workers/orchestrate/timer.ts';

/** Loads the Parquet codec, once per test file. */
export async function startParquet(): Promise<void> {
  await initParquet(
    readFileSync(createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm')),
  );
}

let nextId = 0;

/** A lake in memory as a new tab would open it: real Delta tables, real Parquet. */
export function createMemoryLake(timer: Timer, store = new MemoryStore()) {
  const env = { clock: timer, newId: () => `00000000-0000-4000-8000-${String(++nextId).padStart(12, '0')}` };
  return { store, lake: new Lake(store, env), codec: new DirectCodec(store, env) };
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
