/** What the tasks of a lab's run do, said with the rooms of one engine. */
import type { LabName } from '../api.ts';
import { deltaTypeOf } from '../lake/schema/duckdb-types.ts';
import { tablePath } from '../lake/path.ts';
import { withIngestedAt } from '../lake/schema/ingested-at.ts';
import { field } from '../lake/schema/schema.ts';
import type { Compression, TableRef, WrittenFile } from '../lake/types.ts';
import type { LabOperations } from '../orchestrate/lab-run.ts';
import type { GenerateJob, TaskContext, TaskOutcome } from '../orchestrate/types.ts';
import type { TransactionsSpec } from '../sources/transactions/spec.ts';
import { SOURCE_TABLES } from '../sources/transactions/tables.ts';
import {
  type CompileOptions,
  type Manifest,
  type Relation,
  type RunResult,
  LakeAdapter,
  failingRowsSql,
  runNode,
} from '../transform/index.ts';
import type { LandedFile } from './imports.ts';
import { fingerprintTable } from './fingerprints.ts';
import type { Rooms } from './rooms.ts';

export interface OperationsOptions {
  lab: LabName;
  spec: TransactionsSpec;
  manifest: Manifest;
  compile: CompileOptions;
  compression: Compression;
  /** Executors, at most. */
  workers: number;
  /** Bronze tables whose rows carry the time of their load. */
  ingestedAt: { tables: ReadonlySet<string>; ms: number };
}

/** Operations of one run: they share nothing but the rooms. */
export function createOperations(rooms: Rooms, options: OperationsOptions): LabOperations {
  const { lab, spec, manifest, compile, compression, ingestedAt } = options;
  const timeOf = (table: string) => (ingestedAt.tables.has(table) ? { ingestedAt: ingestedAt.ms } : {});
  const adapter = createAdapter(rooms, options);
  const bronze = (name: string): TableRef => ({ lab, schema: 'bronze', name });
  return {
    generate: (partition, { signal }) => {
      const { table } = partition as { table: string };
      const target = { tablePath: tablePath(bronze(table)), compression, ...timeOf(table) };
      const job: GenerateJob = { spec, partition, ...target };
      return rooms.pool.generate(job, { signal });
    },
    ingest: (partition, { signal }) => {
      const file = partition as LandedFile;
      return rooms.pool.ingest(
        { ...file, tablePath: tablePath(bronze(file.source)), compression, ...timeOf(file.source) },
        { signal },
      );
    },
    load: (table, files, context) =>
      loadBronze(rooms, bronze(table), files, { context, isTimed: ingestedAt.tables.has(table) }),
    failingRowsSql: (uniqueId) => failingRowsSql(manifest, uniqueId, compile),
    runNode: (uniqueId, context) => runLabNode(manifest, uniqueId, context, { ...compile, adapter }),
    fingerprint: (table, { signal }) => fingerprintTable(rooms, lab, table, { signal, priority: 'batch' }),
    discard: (table, files) => rooms.lake.table(bronze(table)).discard(files),
  };
}

async function loadBronze(
  rooms: Rooms,
  ref: TableRef,
  files: WrittenFile[],
  { context, isTimed }: { context: TaskContext; isTimed: boolean },
): Promise<TaskOutcome> {
  const { schema: ofSource, partitionColumns } = SOURCE_TABLES[ref.name as keyof typeof SOURCE_TABLES];
  const schema = isTimed ? withIngestedAt(ofSource) : ofSource;
  const { version } = await rooms.lake
    .table(ref)
    .overwrite(schema, partitionColumns, files, { runId: context.runId });
  rooms.noteChange(ref.lab);
  context.log('info', `${ref.schema}.${ref.name} is at version ${version}: ${files.length} files`);
  return {};
}

async function runLabNode(
  manifest: Manifest,
  uniqueId: string,
  context: TaskContext,
  options: CompileOptions & { adapter: LakeAdapter },
): Promise<RunResult> {
  const { runId, signal } = context;
  const onProgress = (rows: number) => context.progress(rows);
  const log = (message: string) => context.log('info', message);
  const result = await runNode(manifest, uniqueId, {
    ...options,
    clock: Date,
    runId,
    signal,
    onProgress,
    log,
  });
  if (result.status === 'error') context.log('error', `${result.message}\n${result.compiled_code ?? ''}`);
  const { files, version } = result.adapter_response;
  if (files !== undefined && version !== null)
    context.log('info', `committed version ${version}: ${files} files`);
  return result;
}

function createAdapter(rooms: Rooms, { lab, compression, workers }: OperationsOptions): LakeAdapter {
  const { warehouse, pool } = rooms;
  return new LakeAdapter({
    warehouse: {
      stream: (sql, run) => warehouse.stream(sql, { ...run, priority: 'batch' }),
      rows: (sql, run) => warehouse.rows(sql, { ...run, priority: 'batch' }),
      columnsOf: (sql, run) => warehouse.columnsOf(sql, { ...run, priority: 'batch' }),
      createView: (catalog, schema, name, sql) => warehouse.createView(catalog, schema, name, sql, 'batch'),
    },
    lake: createAdapterLake(rooms),
    codec: pool,
    tablePath: (relation) => tablePath(refOf(relation)),
    deltaSchema: (columns) => ({
      type: 'struct',
      fields: columns.map(({ name, type }) => field(name, deltaTypeOf(type))),
    }),
    compression,
    maxInFlight: workers + 1,
    catalog: lab,
  });
}

/** The lake as dbt's adapter sees it; whoever changes it tells the rooms. */
function createAdapterLake(rooms: Rooms): ConstructorParameters<typeof LakeAdapter>[0]['lake'] {
  const { lake } = rooms;
  const noted = <T>(lab: string, change: Promise<T>) => change.finally(() => rooms.noteChange(lab));
  return {
    kindOf: async (relation) => {
      if (await lake.table(refOf(relation)).exists()) return 'table';
      return (await lake.view(refOf(relation))) ? 'view' : null;
    },
    openTable: async (relation) => {
      const table = lake.table(refOf(relation));
      return {
        overwrite: (...change) => noted(relation.database, table.overwrite(...change)),
        discard: (files) => table.discard(files),
      };
    },
    publishView: async (relation, sql) => {
      const columns = await rooms.warehouse.columnsOf(sql, { catalog: relation.database, priority: 'batch' });
      await noted(relation.database, lake.publishView(refOf(relation), sql, columns));
    },
    drop: (relation) => noted(relation.database, lake.drop(refOf(relation))),
  };
}

function refOf({ database, schema, identifier }: Relation): TableRef {
  return { lab: database, schema, name: identifier };
}
