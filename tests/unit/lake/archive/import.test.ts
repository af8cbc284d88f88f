import { tableFromIPC } from 'apache-arrow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DeltaSource, openDeltaSource } from '../../../../workers/lake/archive/delta-source.ts';
import { importTable, readEngineInfo } from '../../../../workers/lake/archive/import-table.ts';
import { UNWATCHED } from '../../../../workers/lake/archive/progress.ts';
import { Lake } from '../../../../workers/lake/lake.ts';
import { DirectCodec } from '../../../../workers/lake/parquet/codec.ts';
import { writeIpc } from '../../../../workers/lake/parquet/ipc.ts';
import { encodeParquet } from '../../../../workers/lake/parquet/parquet.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import type { Version } from '../../../../workers/lake/types.ts';
import { EVERY_TYPE, everyTypeTable } from '../every-type.ts';
import { loadParquet, testEnv, writtenFile } from '../fixtures.ts';
import {
  type Files,
  PLAIN,
  addOf,
  asFolder,
  asZip,
  commitOf,
  deltaRsTable,
  logPath,
  metaData,
  parquetOf,
  sparkTable,
} from './foreign-tables.ts';

const REF = { lab: 'shop', schema: 'bronze', name: 'brought' };
const PROTOCOL = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };

/** `id` BIGINT, `at` INT96, uncompressed, as Spark writes timestamps by default. */
const INT96_FILE =
  'UEFSMRUAFTwVPCwVBhUAFQYVBhwAAAACAAAABgEBAAAAAAAAAAIAAAAAAAAAAwAAAAAAAAAVABU8FTwsFQYVABUGFQYcAAAAAgAAAAMDAHyhN+M/AAA9iyUAGPxOkZROAACLPSUAFQQZPDUAGAZzY2hlbWEVBAAVBCUCGAJpZAAVBiUCGAJhdAAWBhkcGSwmABwVBBklBgAZGAJpZBUAFgYWYhZiJghJHBUAFQAVAgA8KQYZJgAGAAAAJgAcFQYZJQYAGRgCYXQVABYGFmIWYiZqSRwVABUAFQIAPCkGGSYCBAAAABbEARYGJggWxAEAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRksHAAAHAAAALUAAABQQVIx';

let store: MemoryStore;
let lake: Lake;

beforeAll(loadParquet);
beforeEach(() => {
  store = new MemoryStore();
  lake = new Lake(store, testEnv());
});

const bring = (source: DeltaSource) => importTable(lake, source, REF, UNWATCHED);
const inspect = (source: DeltaSource) => openDeltaSource(source, () => REF, lake.env);

async function rowsOf(columns: string[], version?: Version): Promise<unknown[][]> {
  const codec = new DirectCodec(store, lake.env);
  const { schema, metadata, files } = await lake.table(REF).snapshot(version);
  const { partitionColumns } = metadata;
  const rows: unknown[][] = [];
  for (const add of files) {
    const job = { tablePath: lake.table(REF).path, add, schema, partitionColumns, columns };
    for (const row of tableFromIPC(await codec.decode(job))) rows.push(columns.map((name) => row?.[name]));
  }
  return rows;
}

function plainTable(...actions: object[]): Files {
  return {
    'part-0.parquet': parquetOf(1n, 2n),
    [logPath(0)]: commitOf(PROTOCOL, metaData(PLAIN), ...actions),
  };
}

describe('a table of Spark', () => {
  it('is read with its partitions, with and without statistics', async () => {
    const snapshot = await bring(await asZip(sparkTable()));
    expect(snapshot).toMatchObject({ version: 0, numRecords: undefined });
    expect(snapshot.files).toHaveLength(5);
    expect(await rowsOf(['id', 'note', 'region'])).toEqual([
      [1n, '1', 'US/East'],
      [2n, '2', 'US/East'],
      [3n, '3', 'a b'],
      [4n, '4', '100%'],
      [5n, '5', 'Zürich'],
      [6n, '6', null],
    ]);
    expect((await lake.table(REF).history())[0]).toMatchObject({
      operation: 'WRITE',
      timestamp: 1_700_000_000_500,
    });
  });

  it('brings its data and its log and nothing else, and can be written to', async () => {
    await bring(asFolder(sparkTable()));
    const log = await store.list(`lake/shop/bronze/brought/_delta_log`);
    expect(log.map(({ name }) => name)).toEqual(['00000000000000000000.json']);
    expect(
      (await store.list('lake/shop/bronze/brought/day=2024-01-31/region=a b')).map(({ name }) => name),
    ).toEqual(['part-00001-x.c000.snappy.parquet']);
    await lake.table(REF).append([writtenFile('more', 1, { day: '2024-01-31', region: 'x' })]);
    expect((await lake.table(REF).snapshot()).version).toBe(1);
  });

  it('may have timestamps of 96 bits', async () => {
    const file = Uint8Array.from(Buffer.from(INT96_FILE, 'base64'));
    const schema = struct({ id: 'long', at: 'timestamp' });
    await bring(
      asFolder({
        'a.parquet': file,
        [logPath(0)]: commitOf(PROTOCOL, metaData(schema), addOf('a.parquet', file)),
      }),
    );
    const [first, second, third] = await rowsOf(['at']);
    expect([first, second, third].map((row) => row?.[0])).toEqual([
      Date.UTC(2024, 5, 15, 19, 30, 45) + 123.456,
      -0.001,
      null,
    ]);
  });

  it('may have nested and decimal columns of every type', async () => {
    const file = encodeParquet(writeIpc(everyTypeTable()), 'snappy');
    const features = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz'],
      writerFeatures: ['timestampNtz'],
    };
    const files = {
      'a.parquet': file,
      [logPath(0)]: commitOf({ protocol: features }, metaData(EVERY_TYPE), addOf('a.parquet', file)),
    };
    const snapshot = await bring(asFolder(files));
    expect(snapshot.schema).toEqual(EVERY_TYPE);
    expect(String((await rowsOf(['l', 's', 'i']))[0])).toBe('9223372036854775807,Ünï\u0000code 𝄞,2147483647');
  });
});

describe('a table of delta-rs', () => {
  it('is read from its checkpoint on', async () => {
    const found = await inspect(asFolder(await deltaRsTable()));
    expect(await readEngineInfo(found)).toBe('delta-rs:py-1.6.6');
    expect(found.files.snapshot).toMatchObject({ version: 11, numRecords: 3 });
    await bring(asFolder(await deltaRsTable()));
    expect(await rowsOf(['id'])).toEqual([[1n], [2n], [3n]]);
    expect(await rowsOf(['id'], 10)).toEqual([[1n], [2n]]);
    expect((await store.list('lake/shop/bronze/brought/_delta_log')).map(({ name }) => name)).toEqual([
      '00000000000000000010.checkpoint.parquet',
      '00000000000000000010.json',
      '00000000000000000011.json',
    ]);
    expect(await store.size('lake/shop/bronze/brought/part-old.parquet')).toBeUndefined();
  });

  it('keeps its former versions as far as their files are there', async () => {
    const [first, second] = [parquetOf(1n), parquetOf(2n)];
    const removal = { path: 'a.parquet', deletionTimestamp: 5, dataChange: true };
    await bring(
      asFolder({
        'a.parquet': first,
        'b.parquet': second,
        [logPath(0)]: commitOf(PROTOCOL, metaData(PLAIN), addOf('a.parquet', first)),
        [logPath(1)]: commitOf({ remove: removal }, addOf('b.parquet', second)),
      }),
    );
    expect(await rowsOf(['id'])).toEqual([[2n]]);
    expect(await rowsOf(['id'], 0)).toEqual([[1n]]);
  });
});

describe('where the table is', () => {
  const nested = (folder: string, files: Files): Files =>
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));

  it.each([
    ['at the top of a zip', '', 'Sales 2024.zip', 'sales_2024'],
    ['in a folder', 'Bestellungen Köln', 'x.zip', 'bestellungen_koln'],
    ['some folders down', 'exports/2024/orders', 'x.zip', 'orders'],
    ['under a number', '2024', 'x.zip', 'table_2024'],
  ])('may be %s, and gives it a name', async (_, folder, zip, name) => {
    const file = parquetOf(1n, 2n);
    const files = plainTable(addOf('part-0.parquet', file));
    const found = await inspect(await asZip(folder ? nested(folder, files) : files, zip));
    expect(found.suggestedName).toBe(name);
    expect(found.files.snapshot.files).toHaveLength(1);
  });

  it('must be clear', async () => {
    const files = { ...nested('x/a', plainTable()), ...nested('x/b', plainTable()) };
    await expect(inspect(asFolder(files))).rejects.toMatchObject({
      name: 'DeltaSourceError',
      message: expect.stringContaining('2 Delta tables (x/a, x/b)') as string,
    });
    await expect(inspect(await asZip({ 'a.parquet': 'x' }, 'a.zip'))).rejects.toThrow(
      /a\.zip: it holds no Delta table/,
    );
    await expect(inspect([])).rejects.toMatchObject({ name: 'DeltaSourceError' });
  });
});

describe('a table that is refused', () => {
  const file = () => parquetOf(1n, 2n);
  const features = (reader: string[]) => ({
    protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: reader, writerFeatures: reader },
  });
  const vector = { storageType: 'u', pathOrInlineDv: 'x', sizeInBytes: 1, cardinality: 1 };

  it.each<[string, () => Files, string, RegExp]>([
    [
      'deletion vectors',
      () =>
        plainTable(
          features(['deletionVectors']),
          addOf('part-0.parquet', file(), { deletionVector: vector }),
        ),
      'UnsupportedFeatureError',
      /deletionVectors/,
    ],
    [
      'column mapping',
      () => ({
        ...plainTable(),
        [logPath(0)]: commitOf(PROTOCOL, metaData(PLAIN, [], { 'delta.columnMapping.mode': 'name' })),
      }),
      'UnsupportedFeatureError',
      /columnMapping/,
    ],
    [
      'an unknown feature',
      () => plainTable(features(['hyperDrive'])),
      'UnsupportedFeatureError',
      /hyperDrive/,
    ],
    [
      'absolute paths',
      () => plainTable(addOf('s3://bucket/part-0.parquet', file())),
      'DeltaSourceError',
      /names the file s3:\/\/bucket\/part-0.parquet, which lies outside/,
    ],
    [
      'paths that lead out',
      () => plainTable(addOf('../part-0.parquet', file())),
      'DeltaSourceError',
      /\.\.\/part-0.parquet, which lies outside/,
    ],
    [
      'a missing file',
      () => plainTable(addOf('part-1.parquet', file())),
      'DeltaSourceError',
      /part-1.parquet: wrong file: expected a file that the log names, found none/,
    ],
    [
      'a wrong size',
      () => plainTable(addOf('part-0.parquet', file(), { size: 5 })),
      'DeltaSourceError',
      /part-0.parquet: wrong size: expected 5 bytes/,
    ],
    [
      'a wrong number of rows',
      () => plainTable(addOf('part-0.parquet', file(), { stats: '{"numRecords":7}' })),
      'DeltaSourceError',
      /part-0.parquet: wrong number of rows: expected 7, found 2/,
    ],
    [
      'a wrong checksum',
      () => plainTable(addOf('part-0.parquet', file(), { tags: { sha256: 'abc' } })),
      'DeltaSourceError',
      /SHA-256/,
    ],
    [
      'a file that is no Parquet',
      () => ({ ...plainTable(addOf('part-0.parquet', new Uint8Array(4))), 'part-0.parquet': 'text' }),
      'DeltaSourceError',
      /expected a Parquet file/,
    ],
    [
      'columns of another type',
      () => {
        const schema = struct({ id: 'date', note: 'string' });
        return {
          ...plainTable(),
          [logPath(0)]: commitOf(PROTOCOL, metaData(schema), addOf('part-0.parquet', file())),
        };
      },
      'DeltaSourceError',
      /id/,
    ],
    [
      'a gap in the log',
      () => ({ ...plainTable(), [logPath(2)]: commitOf(PROTOCOL), [logPath(3)]: commitOf(PROTOCOL) }),
      'DeltaSourceError',
      /version 1/,
    ],
    ['a log without a schema', () => ({ [logPath(0)]: commitOf(PROTOCOL) }), 'DeltaSourceError', /metaData/],
    [
      'a log that is no JSON',
      () => ({ [logPath(0)]: 'hello\n', [logPath(1)]: '{}\n' }),
      'DeltaSourceError',
      /JSON/,
    ],
  ])('has %s', async (_, files, name, message) => {
    const source = asFolder(files());
    await expect(bring(source)).rejects.toMatchObject({ name });
    await expect(bring(source)).rejects.toThrow(message);
    await expect(bring(source)).rejects.not.toThrow(/lake\/shop|restore an older|Restore the file/);
    expect(await store.list('lake')).toEqual([]);
  });

  it('has a name that is taken', async () => {
    const files = plainTable(addOf('part-0.parquet', file()));
    await bring(asFolder(files));
    await expect(bring(asFolder(files))).rejects.toThrow(
      'Table shop.bronze.brought exists already: choose another name.',
    );
    await lake.drop(REF);
    await lake.publishView(REF, 'select 1', []);
    await expect(bring(asFolder(files))).rejects.toMatchObject({ name: 'TableExistsError' });
  });

  it('leaves nothing when it is cancelled or the storage is full', async () => {
    const files = plainTable(addOf('part-0.parquet', file()));
    const put = store.putIfAbsent.bind(store);
    store.putIfAbsent = () => Promise.reject(new DOMException('', 'QuotaExceededError'));
    await expect(bring(asFolder(files))).rejects.toMatchObject({ name: 'QuotaExceededError' });
    expect(await store.list('lake')).toEqual([]);
    store.putIfAbsent = put;
    let steps = 0;
    const advance = (): void => {
      if ((steps += 1) === 4) throw new DOMException('', 'AbortError');
    };
    const cancelled = importTable(lake, asFolder(files), REF, { ...UNWATCHED, advance });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(await store.list('lake')).toEqual([]);
    expect(await lake.tables('shop')).toEqual([]);
  });
});
