/** What an executor does: sources make rows, the lake's codec makes files of them. */
import * as Comlink from 'comlink';
import parquetWasm from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import { DirectCodec } from '../lake/parquet/codec.ts';
import { withIngestedAt } from '../lake/schema/ingested-at.ts';
import { OpfsStore } from '../lake/store/opfs-store.ts';
import { decodeParquet, initParquet } from '../lake/parquet/parquet.ts';
import type { DecodeJob, EncodeJob, FileStore, WrittenFile } from '../lake/types.ts';
import type { ExecutorApi, GenerateJob, IngestJob } from '../orchestrate/types.ts';
import { toIpcStream } from '../sources/columns/table.ts';
import { ingestArrow } from '../sources/import/ingest-arrow.ts';
import { ingestFile } from '../sources/import/ingest-csv.ts';
import { generatePartition } from '../sources/transactions/generate.ts';
import type { Partition, SourceTableName } from '../sources/transactions/plan.ts';
import type { TransactionsSpec } from '../sources/transactions/spec.ts';
import { SOURCE_TABLES } from '../sources/transactions/tables.ts';

/** An executor of the transactions lab; lives in a task worker. */
export class Executor implements ExecutorApi {
  #store: FileStore | null = null;
  #codec: DirectCodec | null = null;

  async start({ shared }: { shared: boolean }): Promise<void> {
    const [store] = await Promise.all([
      shared ? OpfsStore.open() : null,
      initParquet(new URL(parquetWasm, self.location.href)),
    ]);
    this.#store = store;
    this.#codec = new DirectCodec(store, { clock: Date, newId: () => crypto.randomUUID() });
  }

  generate({ spec, partition, ...target }: GenerateJob): Promise<WrittenFile[]> {
    // The work pool hands on what sources planned; only sources know its shape.
    const plan = partition as Partition;
    const table = generatePartition(spec as TransactionsSpec, plan);
    return this.encode(encodeJob(target, plan.table, toIpcStream(table)));
  }

  async ingest(job: IngestJob): Promise<WrittenFile[]> {
    const table = await this.#readLanded(job);
    return this.encode(encodeJob(job, 'transactions', toIpcStream(table)));
  }

  async inspect(job: IngestJob): Promise<number> {
    return (await this.#readLanded(job)).numRows;
  }

  encode(job: EncodeJob): Promise<WrittenFile[]> {
    return this.#started().encode(job);
  }

  async decode(job: DecodeJob): Promise<Uint8Array> {
    const ipc = await this.#started().decode(job);
    return Comlink.transfer(ipc, [ipc.buffer]);
  }

  async #readLanded({ landingPath, bytes, fileName, source, firstRow }: IngestJob) {
    const content = bytes ?? (await this.#store?.read(landingPath));
    if (!content) throw new Error(`${fileName}: neither bytes nor a store to read ${landingPath} from`);
    if (/\.parquet$/i.test(fileName))
      return ingestArrow(fileName, await decodeParquet(content, null), source, { firstRow });
    return ingestFile(fileName, content, source, { firstRow });
  }

  #started(): DirectCodec {
    if (!this.#codec) throw new Error('the executor was asked for work before start()');
    return this.#codec;
  }
}

/** The rows of a source as data files of its bronze table, with the time of the load where it is asked for. */
function encodeJob(
  { tablePath, compression, ingestedAt }: Pick<GenerateJob, 'tablePath' | 'compression' | 'ingestedAt'>,
  name: SourceTableName,
  ipc: Uint8Array,
): EncodeJob {
  const { schema, partitionColumns } = SOURCE_TABLES[name];
  const job = { tablePath, ipc, partitionColumns, compression };
  return ingestedAt === undefined
    ? { ...job, schema }
    : { ...job, schema: withIngestedAt(schema), ingestedAt };
}
