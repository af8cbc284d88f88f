import { RowCountError } from '../errors.ts';
import type { TableLog } from '../log/table-log.ts';
import { readIpc, writeIpc } from '../parquet/ipc.ts';
import { unionStreams } from '../parquet/union.ts';
import type { AddFile, Compression, Snapshot, WrittenFile } from '../types.ts';
import { loadFiles } from './load-files.ts';
import { type Layout, layoutSql, layoutTag } from './layout.ts';
import { type Progress, sumSizes } from './report.ts';
import { ROWS, type RowPorts, withSession } from './rows.ts';

export interface RewriterOptions extends RowPorts {
  layout: Layout;
  /** Sorted rows are cut into files of about so many bytes. */
  targetBytes: number;
  progress?: Progress;
}

/** How many rows were read, and the files they were written to. */
interface Rewritten {
  rows: number;
  made: WrittenFile[];
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
    const { rows, made } = await (layout.kind === 'none' ? this.#pack(files) : this.#sort(files));
    const written = made.reduce((sum, { numRecords }) => sum + numRecords, 0);
    if (written !== rows) throw new RowCountError(this.log.name, rows, written);
    await this.#leave(files);
    return made.map(({ add }) => add);
  }

  /** Deletes what was written, because it will not be committed. */
  discard(): Promise<void> {
    return this.log.discard([...this.#written.values()]);
  }

  /** All rows as one file, or none for no rows. */
  async #pack(files: AddFile[]): Promise<Rewritten> {
    const { schema, metadata } = this.snapshot;
    const job = {
      tablePath: this.log.path,
      schema,
      partitionColumns: metadata.partitionColumns,
      columns: null,
    };
    const { codec, progress } = this.options;
    const streams = await Promise.all(files.map((add) => codec.decode({ ...job, add }, progress?.signal)));
    const rows = streams.reduce((sum, ipc) => sum + readIpc(ipc).numRows, 0);
    return { rows, made: await this.#encode(streams, compressionOf(files)) };
  }

  /** All rows in the layout's order, as files of about the target size. */
  async #sort(files: AddFile[]): Promise<Rewritten> {
    const { codec, rows: engine, targetBytes, layout, progress } = this.options;
    const ports = { codec, signal: progress?.signal };
    return withSession(engine, async (session) => {
      const rows = await loadFiles(this.log, ports, session, ROWS, this.snapshot, files);
      const numFiles = Math.max(1, Math.round(sumSizes(files) / targetBytes));
      const sorted = session.select(layoutSql(ROWS, this.snapshot.schema, layout), progress?.signal);
      const made: WrittenFile[] = [];
      for await (const part of cutStreams(sorted, Math.ceil(rows / numFiles)))
        made.push(...(await this.#encode(part, compressionOf(files))));
      return { rows, made };
    });
  }

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

/** Streams in parts of at least so many rows, the last one excepted. */
async function* cutStreams(
  streams: AsyncIterable<Uint8Array>,
  rowsPerPart: number,
): AsyncGenerator<Uint8Array[]> {
  let part: Uint8Array[] = [];
  let rows = 0;
  for await (const stream of streams) {
    part.push(stream);
    rows += readIpc(stream).numRows;
    if (rows < rowsPerPart) continue;
    yield part;
    [part, rows] = [[], 0];
  }
  if (part.length > 0) yield part;
}

/** The codec that the names of the files tell of; rows that are packed keep it. */
function compressionOf(files: AddFile[]): Compression {
  return files.some(({ path }) => path.includes('.snappy.')) ? 'snappy' : 'zstd';
}
