/** The flow of a lab's run: make source files, load bronze, build and test the dbt project, fingerprint gold. */

import type { Fingerprint, LabName, TaskKind } from '../api.ts';
import type { WrittenFile } from '../lake/types.ts';
import type { Manifest } from '../transform/types.ts';
import { createDbtTasks, relationName, stageOf, type DbtOperations, type TestSink } from './dbt-tasks.ts';
import { StagedFiles } from './staged-files.ts';
import type { Flow, TaskContext, TaskOutcome, TaskSpec } from './types.ts';

/** One task that makes files of a bronze table: a day of the generator, or the files of a source. */
export interface SourceTask {
  /** `generate.transactions.2025-01-01`, `generate.customers`, `ingest.transactions`. */
  taskId: string;
  name: string;
  /** Default `generate`. */
  kind?: 'generate' | 'ingest';
  /** Day it makes, `YYYY-MM-DD`; null when its table has no days. */
  date: string | null;
  /** Bronze table without its schema: `transactions`. */
  table: string;
  /** Run in parallel, in this order; each is given to `generate` or `ingest` as it is. */
  partitions: unknown[];
  expectedRows: number;
}

/** What the tasks do; given by whoever composes the rooms. Each must stop when `context.signal` is aborted. */
export interface LabOperations extends DbtOperations {
  generate(partition: unknown, context: TaskContext): Promise<WrittenFile[]>;
  ingest(partition: unknown, context: TaskContext): Promise<WrittenFile[]>;
  /** Commits the files as the whole of bronze.`table`. Must throw only when nothing was committed. */
  load(table: string, files: WrittenFile[], context: TaskContext): Promise<TaskOutcome>;
  /** `table` as `schema.name`. */
  fingerprint(table: string, context: TaskContext): Promise<Fingerprint>;
  /** Removes files of bronze.`table` that will not be committed. */
  discard(table: string, files: WrittenFile[]): Promise<void>;
}

export interface LabPlan {
  lab: LabName;
  sources: SourceTask[];
  manifest: Manifest;
  operations: LabOperations;
  /** Tasks of a kind at once; see DEFAULT_CONCURRENCY. */
  concurrency?: Partial<Record<TaskKind, number>>;
}

export interface LabFlow {
  flow: Flow;
  /** Closed at the end of the run, which discards what was not loaded. */
  staged: StagedFiles;
}

export interface LabFlowSink {
  onTest: TestSink;
  /** `table` as `schema.name`. */
  onFingerprint(table: string, fingerprint: Fingerprint): void;
}

/** Two days are made at once, so that executors stay busy where one ends; the warehouse is one thread. */
export const DEFAULT_CONCURRENCY: Partial<Record<TaskKind, number>> = {
  generate: 2,
  ingest: 2,
  load: 2,
  model: 1,
  test: 1,
  fingerprint: 1,
};

/** A worker that dies or a file system that is busy is given another chance; SQL is not. */
const SOURCE_RETRIES = 1;

/** Builds the flow; nothing runs and no operation is called before the flow runs. */
export function createLabFlow(plan: LabPlan, sink: LabFlowSink): LabFlow {
  const { lab, manifest, operations } = plan;
  const staged = new StagedFiles((table, files) => operations.discard(table, files));
  const tables = [...new Set(plan.sources.map(({ table }) => table))];
  const tasks = [
    ...plan.sources.map((source) => createSourceTask(source, operations, staged)),
    ...tables.map((table) => createLoadTask(table, plan.sources, operations, staged)),
    ...createDbtTasks(manifest, mapLoads(manifest, tables), operations, sink.onTest),
    ...createFingerprintTasks(manifest, operations, sink),
  ];
  const concurrency = { ...DEFAULT_CONCURRENCY, ...plan.concurrency };
  return { flow: { name: lab, lab, tasks, concurrency }, staged };
}

function createSourceTask(source: SourceTask, operations: LabOperations, staged: StagedFiles): TaskSpec {
  const { taskId, name, table, partitions, expectedRows, kind = 'generate' } = source;
  return {
    taskId,
    name,
    kind,
    stage: 'source',
    dependsOn: [],
    retries: SOURCE_RETRIES,
    expectedRows,
    run: async (context) => {
      const make = (partition: unknown) => operations[kind](partition, context);
      const files = await makePartitions(partitions, make, context, (made) =>
        operations.discard(table, made),
      );
      await staged.stage(table, taskId, files);
      return countFiles(files);
    },
  };
}

/** Files of all partitions, in their order; when one fails those of the others are discarded and its error is thrown. */
async function makePartitions(
  partitions: unknown[],
  make: (partition: unknown) => Promise<WrittenFile[]>,
  context: TaskContext,
  discard: (files: WrittenFile[]) => Promise<void>,
): Promise<WrittenFile[]> {
  let rows = 0;
  const made = await Promise.allSettled(
    partitions.map(async (partition) => {
      const files = await make(partition);
      rows += countFiles(files).rows;
      context.progress(rows);
      return files;
    }),
  );
  const files = made.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const failed = made.find((one) => one.status === 'rejected');
  if (!failed) return files;
  await discard(files);
  throw failed.reason;
}

function createLoadTask(
  table: string,
  sources: SourceTask[],
  operations: LabOperations,
  staged: StagedFiles,
): TaskSpec {
  return {
    taskId: `load.bronze.${table}`,
    name: `bronze.${table}`,
    kind: 'load',
    stage: 'bronze',
    retries: 0,
    dependsOn: sources.filter((source) => source.table === table).map(({ taskId }) => taskId),
    expectedRows: 0,
    run: (context) =>
      staged.load(table, async (files) => {
        const outcome = await operations.load(table, files, context);
        return { ...countFiles(files), ...outcome };
      }),
  };
}

/** Unique_ids of the sources that this run loads. */
function mapLoads(manifest: Manifest, tables: string[]): Map<string, string> {
  const loaded = Object.values(manifest.sources).filter(({ identifier }) => tables.includes(identifier));
  return new Map(loaded.map((source) => [source.unique_id, `load.bronze.${source.identifier}`]));
}

function createFingerprintTasks(
  manifest: Manifest,
  operations: LabOperations,
  sink: LabFlowSink,
): TaskSpec[] {
  const models = Object.values(manifest.nodes).filter(({ resource_type }) => resource_type === 'model');
  const gold = models.filter(
    (node) => node.config.materialized === 'table' && stageOf(manifest, node) === 'gold',
  );
  return gold.map((node) => {
    const table = relationName(node);
    return {
      taskId: `fingerprint.${table}`,
      name: `fingerprint ${table}`,
      kind: 'fingerprint',
      stage: 'gold',
      dependsOn: [node.unique_id],
      retries: 0,
      expectedRows: 0,
      run: async (context) => {
        const fingerprint = await operations.fingerprint(table, context);
        if (!context.signal.aborted) sink.onFingerprint(table, fingerprint);
        return { message: fingerprint };
      },
    };
  });
}

function countFiles(files: WrittenFile[]): { rows: number; bytes: number } {
  return {
    rows: files.reduce((sum, { numRecords }) => sum + numRecords, 0),
    bytes: files.reduce((sum, { add }) => sum + add.size, 0),
  };
}
