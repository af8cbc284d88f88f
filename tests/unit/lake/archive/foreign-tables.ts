import { Int64, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { encodeCheckpoint } from '../../../../workers/lake/log/checkpoint-encode.ts';
import { readIpc, writeIpc } from '../../../../workers/lake/parquet/ipc.ts';
import { decodeParquet, encodeParquet } from '../../../../workers/lake/parquet/parquet.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import type { Action, StructType } from '../../../../workers/lake/types.ts';
import type { ZipEntry } from '../../../../workers/lake/archive/zip-writer.ts';
import { writeZip } from '../../../../workers/lake/archive/zip-writer.ts';

/** Contents by path, as another engine leaves them in a folder. */
export type Files = Record<string, string | Uint8Array>;

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

export function asFolder(files: Files): { path: string; file: File }[] {
  return Object.entries(files).map(([path, content]) => ({
    path,
    file: new File([bytesOf(content) as Uint8Array<ArrayBuffer>], path.split('/').at(-1) ?? ''),
  }));
}

export async function asZip(files: Files, name = 'orders.zip'): Promise<File> {
  const entries = async function* (): AsyncGenerator<ZipEntry> {
    for (const [path, content] of Object.entries(files))
      yield { name: path, content: bytesOf(content), lastModified: new Date(0) };
  };
  return new File(
    [await new Response(writeZip(entries()) as ReadableStream<Uint8Array<ArrayBuffer>>).blob()],
    name,
  );
}

/** A Parquet file with the columns `id` and `note`. */
export function parquetOf(...ids: bigint[]): Uint8Array {
  const table = new Table({
    id: vectorFromArray(ids, new Int64()),
    note: vectorFromArray(ids.map(String), new Utf8()),
  });
  return encodeParquet(writeIpc(table), 'snappy');
}

export function metaData(schema: StructType, partitionColumns: string[] = [], configuration = {}): object {
  return {
    metaData: {
      id: '6f1c0000-0000-4000-8000-000000000000',
      format: { provider: 'parquet', options: {} },
      schemaString: JSON.stringify(schema),
      partitionColumns,
      configuration,
      createdTime: 1_700_000_000_000,
    },
  };
}

export function addOf(path: string, file: Uint8Array, rest: object = {}): object {
  const add = {
    path,
    partitionValues: {},
    size: file.length,
    modificationTime: 1_700_000_000_000,
    dataChange: true,
  };
  return { add: { ...add, ...rest } };
}

export function commitOf(...actions: object[]): string {
  return actions.map((action) => JSON.stringify(action)).join('\n');
}

export function logPath(version: number, kind = 'json'): string {
  return `_delta_log/${String(version).padStart(20, '0')}.${kind}`;
}

export const PLAIN = struct({ id: 'long', note: 'string' });

const SPARK_INFO = {
  commitInfo: {
    timestamp: 1_700_000_000_500,
    operation: 'WRITE',
    operationParameters: { mode: 'Append', partitionBy: '["day","region"]' },
    isBlindAppend: true,
    operationMetrics: { numFiles: '4' },
    engineInfo: 'Apache-Spark/3.5.1 Delta-Lake/3.2.0',
    txnId: 'a',
  },
};

/** Partitioned, in URI-encoded Hive folders, with Spark's hidden checksum files; one file has no statistics, one has null. */
export function sparkTable(): Files {
  const parts: [folder: string, encoded: string, region: string | null, ids: bigint[], stats: object][] = [
    ['region=US%2FEast', 'region=US%252FEast', 'US/East', [1n, 2n], { stats: '{"numRecords":2}' }],
    ['region=a b', 'region=a%20b', 'a b', [3n], {}],
    ['region=100%25', 'region=100%2525', '100%', [4n], { stats: null }],
    ['region=Zürich', 'region=Z%C3%BCrich', 'Zürich', [5n], { stats: '{"numRecords":1,"nullCount":{}}' }],
    ['region=__HIVE_DEFAULT_PARTITION__', 'region=__HIVE_DEFAULT_PARTITION__', null, [6n], {}],
  ];
  const files: Files = {};
  const adds = parts.map(([folder, encoded, region, ids, stats], index) => {
    const name = `part-0000${index}-x.c000.snappy.parquet`;
    const file = parquetOf(...ids);
    files[`day=2024-01-31/${folder}/${name}`] = file;
    files[`day=2024-01-31/${folder}/.${name}.crc`] = 'crc';
    const partitionValues = { day: '2024-01-31', region };
    return addOf(`day=2024-01-31/${encoded}/${name}`, file, { ...stats, partitionValues, tags: {} });
  });
  const schema = struct({ id: 'long', note: 'string', day: 'date', region: 'string' });
  files[logPath(0)] = commitOf(
    SPARK_INFO,
    metaData(schema, ['day', 'region']),
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    ...adds,
  );
  files[logPath(0, 'crc')] = '{"tableSizeBytes":1}';
  files['_delta_log/.00000000000000000000.json.crc'] = 'crc';
  return files;
}

/** As delta-rs leaves a table after 12 commits and a clean-up: a checkpoint with a column more than the protocol names. */
export async function deltaRsTable(): Promise<Files> {
  const [old, current, last] = [parquetOf(1n), parquetOf(1n, 2n), parquetOf(3n)];
  const actions = [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    metaData(PLAIN),
    addOf('part-current.parquet', current, { stats: '{"numRecords":2}' }),
    { remove: { path: 'part-old.parquet', deletionTimestamp: 1_700_000_000_000, dataChange: true } },
  ] as Action[];
  return {
    'part-old.parquet': old,
    'part-current.parquet': current,
    'part-last.parquet': last,
    [logPath(10, 'checkpoint.parquet')]: await withExtraColumn(encodeCheckpoint(actions)),
    [logPath(10)]: commitOf({ commitInfo: { timestamp: 1_700_000_000_000, operation: 'WRITE' } }),
    [logPath(11)]: commitOf(
      addOf('part-last.parquet', last, { stats: '{"numRecords":1}' }),
      { remove: { path: 'part-none.parquet', deletionTimestamp: 1, dataChange: true } },
      { commitInfo: { timestamp: 1_700_000_100_000, operation: 'WRITE', engineInfo: 'delta-rs:py-1.6.6' } },
    ),
    '_delta_log/_last_checkpoint': '{"version":10,"size":4}',
  };
}

async function withExtraColumn(checkpoint: Uint8Array): Promise<Uint8Array> {
  const table = readIpc(await decodeParquet(checkpoint, null));
  const extra = vectorFromArray(
    Array.from({ length: table.numRows }, () => 'x'),
    new Utf8(),
  );
  return encodeParquet(writeIpc(table.assign(new Table({ somethingNew: extra }))), 'snappy');
}
