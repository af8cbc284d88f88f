import { DirectCodec } from '../../../../workers/lake/parquet/codec.ts';
import { joinStreams } from '../../../../workers/lake/parquet/join-streams.ts';
import { type RowPorts, columnsOf, quote, selectRows } from '../../../../workers/lake/operations/rows.ts';
import { listDataFiles } from '../../../../workers/lake/operations/table-files.ts';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import { DeltaTable } from '../../../../workers/lake/table.ts';
import type {
  AddFile,
  CommitInfo,
  CommitOptions,
  DecodeJob,
  EncodeJob,
  RowEngine,
  StructType,
  WrittenFile,
} from '../../../../workers/lake/types.ts';
import { PATH, REF, testEnv } from '../fixtures.ts';

/** A table with real Parquet files in memory, whose rows are written and read in SQL. */
export class LabTable {
  readonly store = new MemoryStore();
  readonly env = testEnv();
  readonly table = new DeltaTable(this.store, REF, this.env);
  readonly codec = new DirectCodec(this.store, this.env);
  readonly ports: RowPorts;

  constructor(readonly rows: RowEngine) {
    this.ports = { codec: this.codec, rows };
  }

  get log() {
    return this.table.log;
  }

  static async create(
    rows: RowEngine,
    schema: StructType,
    options: { partitionColumns?: string[]; configuration?: Record<string, string> } = {},
  ): Promise<LabTable> {
    const made = new LabTable(rows);
    await made.table.create(schema, options);
    return made;
  }

  /** The same table as another writer sees it. */
  other(): LabTable {
    return Object.assign(new LabTable(this.rows), {
      store: this.store,
      table: new DeltaTable(this.store, REF, this.env),
      codec: this.codec,
      ports: this.ports,
    });
  }

  /** Data files of the rows of a SELECT, not committed. */
  async write(sql: string, schema?: StructType): Promise<WrittenFile[]> {
    const snapshot = await this.table.snapshot();
    const ipc = await this.ipc(sql);
    if (!ipc) return [];
    const { partitionColumns } = snapshot.metadata;
    const job = { tablePath: PATH, partitionColumns, compression: 'zstd' as const };
    return this.codec.encode({ ...job, ipc, schema: schema ?? snapshot.schema });
  }

  /** Appends the rows of a SELECT, as one file for each partition. */
  async append(sql: string, options?: CommitOptions): Promise<void> {
    await this.table.append(await this.write(sql), options);
  }

  /** The rows of a SELECT as one Arrow IPC stream; undefined for none. */
  async ipc(sql: string): Promise<Uint8Array | undefined> {
    const session = await this.rows.open();
    const streams: Uint8Array[] = [];
    for await (const ipc of session.select(sql)) streams.push(ipc);
    await session.close();
    return streams.length > 0 ? joinStreams(streams) : undefined;
  }

  /** The table's rows as text, ordered by all columns, nulls last: `1|a|null`. */
  async read(version?: number): Promise<string[]> {
    const { schema, metadata, files } = await this.table.snapshot(version);
    const session = await this.rows.open();
    const columns = columnsOf(schema);
    await session.load('t', columns, []);
    for (const add of files) {
      const job = {
        tablePath: PATH,
        add,
        schema,
        partitionColumns: metadata.partitionColumns,
        columns: null,
      };
      await session.load('t', columns, [await this.codec.decode(job)]);
    }
    const text = columns.map(({ name }) => `coalesce(${quote(name)}::VARCHAR, 'null')`).join(`, '|', `);
    const found = await selectRows(
      session,
      `SELECT concat(${text}) AS line FROM t ORDER BY ${columns.map(({ name }) => quote(name)).join(', ')}`,
    );
    await session.close();
    return found.map(({ line }) => String(line));
  }

  async files(): Promise<AddFile[]> {
    return (await this.table.snapshot()).files;
  }

  /** Data files in the store, live or not. */
  async stored(): Promise<string[]> {
    return (await listDataFiles(this.store, PATH, [])).map((path) => path.slice(PATH.length + 1));
  }

  /** What the newest commit says of itself. */
  async lastCommit(): Promise<CommitInfo & { kinds: string[] }> {
    const { version } = await this.table.snapshot();
    const bytes = await this.store.read(`${PATH}/_delta_log/${String(version).padStart(20, '0')}.json`);
    const actions = new TextDecoder()
      .decode(bytes)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const kinds = actions.flatMap((action) => Object.keys(action)).slice(1);
    return { ...(actions[0]?.commitInfo as CommitInfo), kinds };
  }
}

/** Ports that do more than theirs: `before` is called with each job. */
export function watchPorts(
  { codec, ...ports }: RowPorts,
  before: {
    encode?: (job: EncodeJob) => Promise<void> | void;
    decode?: (job: DecodeJob) => Promise<void> | void;
  },
): RowPorts {
  return {
    ...ports,
    codec: {
      encode: async (job, signal) => {
        await before.encode?.(job);
        return codec.encode(job, signal);
      },
      decode: async (job, signal) => {
        await before.decode?.(job);
        return codec.decode(job, signal);
      },
    },
  };
}

/** Does it the first time and never again. */
export function once(task: () => Promise<unknown>): () => Promise<void> {
  let done = false;
  return async () => {
    if (done) return;
    done = true;
    await task();
  };
}
