/** The types that cross the border of orchestrate. States and runs as in workers/api.ts, which the page shares. */

import type { LogLevel, Stage, TaskKind } from '../api.ts';
import type { DecodeJob, EncodeJob, WrittenFile } from '../lake/types.ts';

/** What a task is given while it runs. */
export interface TaskContext {
  runId: string;
  attempt: number;
  /** Aborted on cancel; a task must stop within a second. */
  signal: AbortSignal;
  log(level: LogLevel, message: string): void;
  /** Rows done so far by this task. */
  progress(rows: number): void;
}

export interface TaskOutcome {
  rows?: number;
  bytes?: number;
  message?: string;
  /** `failed`: the task itself says so without throwing (a test that failed). */
  state?: 'completed' | 'failed';
  /** A failed task with `blocks: false` skips nothing (severity warn never fails). */
}

export interface TaskSpec {
  taskId: string;
  name: string;
  kind: TaskKind;
  stage: Stage;
  dependsOn: string[];
  /** Tries after the first. */
  retries: number;
  /** Rows expected, for progress; 0 when unknown. */
  expectedRows: number;
  run(context: TaskContext): Promise<TaskOutcome>;
}

export interface Flow {
  name: string;
  lab: string;
  tasks: TaskSpec[];
  /** How many tasks of a kind may run at once; the warehouse is one thread. */
  concurrency: Partial<Record<TaskKind, number>>;
}

/** One partition of a generated table: decides its own seed, so order and number of executors change nothing. */
export interface GenerateJob {
  spec: unknown;
  /** From sources/plan: plain data. */
  partition: unknown;
  tablePath: string;
  compression: 'zstd' | 'snappy' | 'none';
  /** See `EncodeJob.ingestedAt`. */
  ingestedAt?: number;
}

export interface IngestJob {
  /** Path in the store, or the bytes when there is no store in common. */
  landingPath: string;
  bytes?: Uint8Array;
  fileName: string;
  source: string;
  /** Row ordinal of the file's first row within the source. */
  firstRow: number;
  tablePath: string;
  compression: 'zstd' | 'snappy' | 'none';
  /** See `EncodeJob.ingestedAt`. */
  ingestedAt?: number;
}

/** What an executor (task.worker.ts) can be asked to do; exposed over Comlink. */
export interface ExecutorApi {
  /** `shared` false: there is no OPFS, return bytes instead of writing files. */
  start(options: { shared: boolean }): Promise<void>;
  generate(job: GenerateJob): Promise<WrittenFile[]>;
  ingest(job: IngestJob): Promise<WrittenFile[]>;
  /** Reads a user's file to the end without writing; answers its rows. @throws ImportError */
  inspect(job: IngestJob): Promise<number>;
  encode(job: EncodeJob): Promise<WrittenFile[]>;
  decode(job: DecodeJob): Promise<Uint8Array>;
}
