import { RowCountError } from '../errors.ts';
import type { TableLog } from '../log/table-log.ts';
import { readIpc, writeIpc } from '../parquet/ipc.ts';
import { unionStreams } from '../parquet/union.ts';
import type { AddFile, Compression, Snapshot, WrittenFile } from '../types.ts';
import { type Layout, layoutSql, layoutTag } from './layout.ts';
import { type Progress, sumSizes } from './report.ts';
import { ROWS, type RowPorts, columnsOf } from './rows.ts';

export interface RewriterOptions extends RowPorts {
  layout: Layout;
  /** Sorted rows are cut into files of about so many bytes. */
  targetBytes: number;
  progress?: Progress;
}

/** Writes the rows of some files as other files, and knows what a commit of it would be. */
export class FileRewriter {
  /** Files of the table that have been rewritten. */
  readonly removed: AddFile[] = [];
  readonly #written = new Map<string, WrittenFile>();

  constructor(
    readonly log: TableLog,
    readonly snapshot: Snapshot,
    readonly options: RewriterOptions,
  ) {}

  /** The files that hold the rows now. */
  get added(): AddFile[] {
    return [...this.#written.values()].map(({ add }) => add);
  }

  /**
   * Rewrites files of one partition; those that were made here before are deleted.
   * @throws RowCountError when the new files have not as many rows as the old
   */
  async rewrite(files: AddFile[]): Promise<AddFile[]> {
    const { layout, progress } = this.options;
    progress?.signal.throwIfAborted();
    const streams = await Promise.all(files.map((add) => this.#decode(add)));
    const rows = streams.reduce((sum, ipc) => sum + readIpc(ipc).numRows, 0);
    const compression = compressionOf(files);
    const made =
      layout.kind === 'none'
        ? await this.#encode(streams, compression)
        : await this.#encodeSorted(streams, rows, files);
    const written = made.reduce((sum, { numRecords }) => sum + numRecords, 0);
    if (written !== rows) throw new RowCountError(this.log.name, rows, written);
    await this.#leave(files);
    return made.map(({ add }) => add);
  }

  /** Deletes what was written, because it will not be committed. */
  discard(): Promise<void> {
    return this.log.discard([...this.#written.values()]);
  }

  #decode(add: AddFile): Promise<Uint8Array> {
    const { schema, metadata } = this.snapshot;
    const { partitionColumns } = metadata;
    const job = { tablePath: this.log.path, add, schema, partitionColumns, columns: null };
    return this.options.codec.decode(job, this.options.progress?.signal);
  }

  /** One file, or none for no rows. */
  async #encode(streams: Uint8Array[], compression: Compression): Promise<WrittenFile[]> {
    const { schema, metadata } = this.snapshot;
    const { partitionColumns } = metadata;
    const ipc = writeIpc(unionStreams(streams, schema.fields));
    const job = { tablePath: this.log.path, ipc, schema, partitionColumns, compression };
    const files = await this.options.codec.encode(job, this.options.progress?.signal);
    const made = files.map((file) => ({ ...file, add: this.#mark(file.add) }));
    for (const file of made) this.#written.set(file.add.path, file);
    await this.log.publishFiles(made);
    return made;
  }

  async #encodeSorted(streams: Uint8Array[], rows: number, files: AddFile[]): Promise<WrittenFile[]> {
    const numFiles = Math.max(1, Math.round(sumSizes(files) / this.options.targetBytes));
    const made: WrittenFile[] = [];
    for await (const part of this.#sort(streams, Math.ceil(rows / numFiles)))
      made.push(...(await this.#encode(part, compressionOf(files))));
    return made;
  }

  /** The rows in order, in parts of at least so many, the last one excepted. */
  async *#sort(streams: Uint8Array[], rowsPerPart: number): AsyncGenerator<Uint8Array[]> {
    const { schema } = this.snapshot;
    const session = await this.options.rows.open();
    try {
      await session.load(ROWS, columnsOf(schema), streams);
      let part: Uint8Array[] = [];
      let rows = 0;
      const sql = layoutSql(ROWS, schema, this.options.layout);
      for await (const stream of session.select(sql, this.options.progress?.signal)) {
        part.push(stream);
        rows += readIpc(stream).numRows;
        if (rows < rowsPerPart) continue;
        yield part;
        [part, rows] = [[], 0];
      }
      if (part.length > 0) yield part;
    } finally {
      await session.close();
    }
  }

  /** A rewrite changes no row, which readers of changes are told; a layout is remembered with the file. */
  #mark(add: AddFile): AddFile {
    const { layout } = this.options;
    if (layout.kind === 'none') return { ...add, dataChange: false };
    return { ...add, dataChange: false, tags: { ...add.tags, layout: layoutTag(layout) } };
  }

  async #leave(files: AddFile[]): Promise<void> {
    const own = files.flatMap(({ path }) => this.#written.get(path) ?? []);
    this.removed.push(...files.filter(({ path }) => !this.#written.has(path)));
    for (const { add } of own) this.#written.delete(add.path);
    await this.log.discard(own);
    this.options.progress?.advance(sumSizes(files), files[0]?.path);
  }
}

/** The codec that the names of the files tell of; rows that are packed keep it. */
function compressionOf(files: AddFile[]): Compression {
  return files.some(({ path }) => path.includes('.snappy.')) ? 'snappy' : 'zstd';
}
