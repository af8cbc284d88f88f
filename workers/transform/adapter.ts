import type { StructType, WrittenFile } from '../lake/types.ts';
import type { ArrowStream } from '../warehouse/types.ts';
import { castToDelta } from './delta-cast.ts';
import { chunkStream } from './ipc-chunks.ts';
import type { Adapter, AdapterResponse, CreateTableOptions, LakeAdapterOptions, Relation } from './types.ts';

const CHUNK_ROWS = 250_000;

/** dbt's adapter for the lake: SELECTs run in the warehouse, tables are Delta tables, views are both. */
export class LakeAdapter implements Adapter {
  readonly #options: LakeAdapterOptions;

  constructor(options: LakeAdapterOptions) {
    this.#options = options;
  }

  getRelation(relation: Relation): Promise<'table' | 'view' | null> {
    return this.#options.lake.kindOf(relation);
  }

  /**
   * Streams the SELECT into Parquet files and commits them as one overwrite. On error or abort nothing is committed: files
   * already written are discarded, and the promise rejects only after the last encoder has stopped. Only after a commit that
   * may have been made in spite of its error do the files stay, for vacuum to decide.
   */
  async createTableAs(
    relation: Relation,
    sql: string,
    options: CreateTableOptions,
  ): Promise<AdapterResponse> {
    const { warehouse, lake, deltaSchema, catalog } = this.#options;
    const { partitionBy, runId, signal } = options;
    const columns = await warehouse.columnsOf(sql, { catalog, signal });
    const schema = deltaSchema(columns);
    checkPartitions(relation, schema, partitionBy);
    const table = await lake.openTable(relation);
    const stream = await warehouse.stream(castToDelta(sql, schema), { catalog, signal });
    const discard = (files: WrittenFile[]) => table.discard(files);
    const files = await this.#encodeStream(stream, relation, schema, options, discard);
    const rows = files.reduce((sum, file) => sum + file.numRecords, 0);
    const bytes = files.reduce((sum, file) => sum + file.add.size, 0);
    await this.#dropOther(relation, 'view').catch((error: unknown) =>
      discardThenThrow(discard(files), error),
    );
    const { version } = await table
      .overwrite(schema, partitionBy, files, { runId })
      .catch((error: unknown) =>
        isRefused(error) ? discardThenThrow(discard(files), error) : Promise.reject(error),
      );
    return { rows_affected: rows, bytes, files: files.length, version, schema };
  }

  /** Makes the view in the warehouse and keeps it in the lake; a SELECT that fails leaves what was there. */
  async createViewAs(relation: Relation, sql: string): Promise<AdapterResponse> {
    const { warehouse, lake, catalog } = this.#options;
    const columns = await warehouse.columnsOf(sql, { catalog });
    await this.#dropOther(relation, 'table');
    await warehouse.createView(relation.database, relation.schema, relation.identifier, sql);
    await lake.publishView(relation, sql, columns);
    return { rows_affected: 0, bytes: 0, files: 0, version: null };
  }

  query(
    sql: string,
    options: { limit?: number; signal?: AbortSignal } = {},
  ): Promise<Record<string, unknown>[]> {
    return this.#options.warehouse.rows(sql, { ...options, catalog: this.#options.catalog });
  }

  async #dropOther(relation: Relation, other: 'table' | 'view'): Promise<void> {
    const { lake } = this.#options;
    if ((await lake.kindOf(relation)) === other) await lake.drop(relation, other);
  }

  /** Hands chunks to the codec while the warehouse makes the next ones; at most `maxInFlight` at once. */
  async #encodeStream(
    stream: ArrowStream,
    relation: Relation,
    schema: StructType,
    { partitionBy, signal, onProgress }: CreateTableOptions,
    discard: (files: WrittenFile[]) => Promise<void>,
  ): Promise<WrittenFile[]> {
    const { codec, tablePath, compression, maxInFlight, chunkRows = CHUNK_ROWS } = this.#options;
    const job = { tablePath: tablePath(relation), schema, partitionColumns: partitionBy, compression };
    const failed = new AbortController();
    const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
    const running = new Set<Promise<void>>();
    const chunks: WrittenFile[][] = [];
    let rows = 0;
    try {
      for await (const { ipc, numRows } of chunkStream(stream, chunkRows)) {
        stop.throwIfAborted();
        const at = chunks.push([]) - 1;
        const work = codec.encode({ ...job, ipc }, stop).then(
          (written) => {
            chunks[at] = written;
            rows += numRows;
            onProgress?.(rows);
          },
          (error: unknown) => failed.abort(error),
        );
        const entry = work.finally(() => running.delete(entry));
        running.add(entry);
        if (running.size >= maxInFlight) await Promise.race(running);
      }
      await Promise.all(running);
      stop.throwIfAborted();
      return chunks.flat();
    } catch (error) {
      failed.abort(error);
      await Promise.all(running);
      return discardThenThrow(discard(chunks.flat()), error);
    }
  }
}

/** The first error is the one to tell; a failed clean-up goes along with it. */
async function discardThenThrow(discarding: Promise<void>, error: unknown): Promise<never> {
  try {
    await discarding;
  } catch (second) {
    throw new AggregateError([error, second], error instanceof Error ? error.message : String(error), {
      cause: second,
    });
  }
  throw error;
}

/** The lake said no before it wrote the commit: nothing can name the files. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['CommitConflictError', 'InvalidCommitError', 'SchemaError'].includes(error.name)
  );
}

function checkPartitions(relation: Relation, schema: StructType, partitionBy: string[]): void {
  const names = schema.fields.map((field) => field.name);
  const missing = partitionBy.find((column) => !names.includes(column));
  if (missing !== undefined)
    throw new Error(
      `${relation.schema}.${relation.identifier} is partitioned by '${missing}', which the SELECT does not return. Columns: ${names.join(', ')}.`,
    );
}
