import {
  Bool,
  Dictionary,
  Float64,
  Int32,
  Int64,
  Table,
  TimeUnit,
  Timestamp,
  Utf8,
  makeData,
  makeVector,
  tableFromIPC,
  vectorFromArray,
} from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { conforms } from '../../../workers/lake/schema/conform.ts';
import { readIpc, writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { decodeParquet, encodeParquet } from '../../../workers/lake/parquet/parquet.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import type { DecodeJob, EncodeJob, StructType, WrittenFile } from '../../../workers/lake/types.ts';
import { PATH, loadParquet, testEnv } from './fixtures.ts';
import { EVERY_TYPE, everyTypeRows, everyTypeTable } from './every-type.ts';

beforeAll(loadParquet);

const job = (ipc: Uint8Array, schema: StructType, partitionColumns: string[] = []): EncodeJob => ({
  tablePath: PATH,
  ipc,
  schema,
  partitionColumns,
  compression: 'zstd',
});

const decodeJob = (file: WrittenFile, schema: StructType, rest: Partial<DecodeJob> = {}): DecodeJob => ({
  tablePath: PATH,
  add: file.add,
  schema,
  partitionColumns: [],
  columns: null,
  bytes: file.bytes,
  ...rest,
});

function rowsOf(ipc: Uint8Array): Record<string, unknown>[] {
  const table = tableFromIPC(ipc);
  const names = table.schema.fields.map(({ name }) => name);
  return table.toArray().map((row) => Object.fromEntries(names.map((name) => [name, plain(row?.[name])])));
}

function plain(value: unknown): unknown {
  if (value instanceof Uint32Array || value instanceof Uint8Array) return [...value].join();
  if (typeof value === 'object' && value !== null && 'toJSON' in value)
    return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v));
  return value;
}

describe('round trip', () => {
  it.each(['zstd', 'snappy', 'none'] as const)(
    'keeps every type, nulls and all, with %s',
    async (compression) => {
      const codec = new DirectCodec(null, testEnv());
      const ipc = writeIpc(everyTypeTable());
      const [file] = await codec.encode({ ...job(ipc, EVERY_TYPE), compression });
      expect(file).toBeDefined();
      if (!file) return;
      const back = rowsOf(await codec.decode(decodeJob(file, EVERY_TYPE)));
      expect(back).toEqual(rowsOf(ipc));
      expect(back).toHaveLength(everyTypeRows);
      expect(file.add.path).toMatch(
        compression === 'none'
          ? /^part-00000-[\w-]{36}\.parquet$/
          : /^part-00000-[\w-]{36}\.(zstd|snappy)\.parquet$/,
      );
    },
  );

  it('writes no file for no rows', async () => {
    const codec = new DirectCodec(null, testEnv());
    expect(await codec.encode(job(writeIpc(everyTypeTable().slice(0, 0)), EVERY_TYPE))).toEqual([]);
  });

  it('keeps columns that are null in every row', async () => {
    const codec = new DirectCodec(null, testEnv());
    const [file] = await codec.encode(job(writeIpc(everyTypeTable().slice(2, 3)), EVERY_TYPE));
    if (!file) throw new Error('no file');
    const [row] = rowsOf(await codec.decode(decodeJob(file, EVERY_TYPE)));
    expect(Object.values(row ?? {}).every((value) => value === null)).toBe(true);
  });
});

describe('speed', () => {
  it('lets streams pass untouched that are already right', async () => {
    const ipc = writeIpc(everyTypeTable());
    expect(conforms(readIpc(ipc), EVERY_TYPE.fields)).toBe(true);
    const decoded = await decodeParquet(encodeParquet(ipc, 'none'), null);
    expect(conforms(readIpc(decoded), EVERY_TYPE.fields)).toBe(true);
  });
});

describe('decode', () => {
  const schema = struct({ a: 'long', b: 'string', c: 'double', day: 'date' });
  const table = new Table({
    a: vectorFromArray([1n, 9007199254740993n, null], new Int64()),
    b: vectorFromArray(['x', null, 'z'], new Utf8()),
    c: vectorFromArray([0.5, 1.5, null], new Float64()),
    day: makeVector(
      makeData({
        type: everyTypeTable().schema.fields.find((f) => f.name === 'd')?.type as never,
        data: new Int32Array([19723, 19723, 19723]),
      }),
    ),
  });

  it('gives the wanted columns in the wanted order, partition values filled in', async () => {
    const codec = new DirectCodec(null, testEnv());
    const [file] = await codec.encode(job(writeIpc(table), schema, ['day']));
    if (!file) throw new Error('no file');
    expect(file.add.partitionValues).toEqual({ day: '2024-01-01' });
    const back = tableFromIPC(
      await codec.decode(decodeJob(file, schema, { partitionColumns: ['day'], columns: ['day', 'c', 'a'] })),
    );
    expect(back.schema.fields.map(({ name }) => name)).toEqual(['day', 'c', 'a']);
    expect([...(back.getChild('a') ?? [])]).toEqual([1n, 9007199254740993n, null]);
    expect([...(back.getChild('day') ?? [])]).toEqual([19723, 19723, 19723].map((days) => days * 86_400_000));
    const onlyDay = tableFromIPC(
      await codec.decode(decodeJob(file, schema, { partitionColumns: ['day'], columns: ['day'] })),
    );
    expect(onlyDay.numRows).toBe(3);
    expect(onlyDay.schema.fields).toHaveLength(1);
  });

  it('fills columns that are younger than the file with nulls', async () => {
    const codec = new DirectCodec(null, testEnv());
    const [file] = await codec.encode(job(writeIpc(table.select(['a'])), struct({ a: 'long' })));
    if (!file) throw new Error('no file');
    const evolved = struct({ s: 'string', a: 'long', n: 'decimal(38,2)' });
    expect(rowsOf(await codec.decode(decodeJob(file, evolved)))).toEqual([
      { s: null, a: 1n, n: null },
      { s: null, a: 9007199254740993n, n: null },
      { s: null, a: null, n: null },
    ]);
  });

  it('names the file, the expected and the found checksum of a damaged file', async () => {
    const store = new MemoryStore();
    const codec = new DirectCodec(store, testEnv());
    const [file] = await codec.encode(job(writeIpc(table.select(['a'])), struct({ a: 'long' })));
    if (!file) throw new Error('no file');
    const path = `${PATH}/${file.add.path}`;
    const bytes = await store.read(path);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    await store.publish(path, bytes);
    const wanted = decodeJob(file, struct({ a: 'long' }));
    await expect(codec.decode(wanted)).rejects.toMatchObject({ name: 'DataFileError', file: path });
    await expect(codec.decode(wanted)).rejects.toThrow(file.add.tags?.sha256);
    await store.publish(path, bytes.subarray(0, 50));
    await expect(codec.decode(wanted)).rejects.toThrow(/size.*expected \d+ bytes, found 50/);
    await store.remove(path);
    await expect(codec.decode(wanted)).rejects.toMatchObject({ name: 'DataFileError' });
  });
});

describe('encode', () => {
  it('splits by partition values, null and odd text included, and leaves the column out of the files', async () => {
    const codec = new DirectCodec(null, testEnv());
    const regions = ['a b', 'x/y', null, 'a b', '', '100%', 'x/y'];
    const table = new Table({
      id: vectorFromArray([1, 2, 3, 4, 5, 6, 7], new Int32()),
      region: vectorFromArray(regions, new Utf8()),
      note: vectorFromArray(
        ['p', null, 'a text that is longer than two dozen bytes', 's', 't', null, 'v'],
        new Utf8(),
      ),
      ok: vectorFromArray([true, false, null, true, true, false, true], new Bool()),
    });
    const schema = struct({ id: 'integer', region: 'string', note: 'string', ok: 'boolean' });
    const files = await codec.encode(job(writeIpc(table), schema, ['region']));
    expect(files.map(({ add }) => add.partitionValues.region)).toEqual(['a b', 'x/y', null, '100%']);
    const parts = await Promise.all(
      files.map(async (file) =>
        rowsOf(await codec.decode(decodeJob(file, schema, { partitionColumns: ['region'] }))),
      ),
    );
    expect(parts[0]).toEqual([
      { id: 1, region: 'a b', note: 'p', ok: true },
      { id: 4, region: 'a b', note: 's', ok: true },
    ]);
    expect(parts[2]).toEqual([
      { id: 3, region: null, note: 'a text that is longer than two dozen bytes', ok: null },
      { id: 5, region: null, note: 't', ok: true },
    ]);
    expect(files.every(({ add }) => !(add.stats ?? '').includes('region'))).toBe(true);
  });

  it('splits by several columns over several batches', async () => {
    const codec = new DirectCodec(null, testEnv());
    const part = (p: number[], q: string[]): Table =>
      new Table({
        p: vectorFromArray(p, new Int32()),
        q: vectorFromArray(q, new Utf8()),
        n: vectorFromArray(
          p.map((_, i) => i),
          new Int32(),
        ),
      });
    const table = part([1, 1, 2], ['a', 'b', 'a']).concat(part([2, 1], ['a', 'a']));
    const schema = struct({ p: 'integer', q: 'string', n: 'integer' });
    const files = await codec.encode(job(writeIpc(table), schema, ['p', 'q']));
    expect(files.map(({ add, numRecords }) => [add.partitionValues, numRecords])).toEqual([
      [{ p: '1', q: 'a' }, 2],
      [{ p: '1', q: 'b' }, 1],
      [{ p: '2', q: 'a' }, 2],
    ]);
  });

  it('splits rows of every type', async () => {
    const codec = new DirectCodec(null, testEnv());
    const ipc = writeIpc(everyTypeTable());
    const files = await codec.encode(job(ipc, EVERY_TYPE, ['ok']));
    expect(files.map(({ add }) => add.partitionValues.ok)).toEqual(['true', 'false', null]);
    const partitioned = { partitionColumns: ['ok'] };
    const rows = await Promise.all(
      files.map(async (file) => rowsOf(await codec.decode(decodeJob(file, EVERY_TYPE, partitioned)))),
    );
    expect(rows.flat()).toEqual(rowsOf(ipc));
  });

  it('stops when it is aborted, and leaves no file', async () => {
    const store = new MemoryStore();
    const codec = new DirectCodec(store, testEnv());
    const abort = new AbortController();
    const publish = store.publish.bind(store);
    store.publish = async (path, bytes) => {
      await publish(path, bytes);
      abort.abort();
    };
    await expect(
      codec.encode(job(writeIpc(everyTypeTable()), EVERY_TYPE, ['ok']), abort.signal),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(await store.list(PATH)).toEqual([]);
  });

  it('unfolds dictionaries, and reads a naive timestamp as UTC', async () => {
    const codec = new DirectCodec(null, testEnv());
    const at = makeVector(
      makeData({
        type: new Timestamp(TimeUnit.MICROSECOND, null),
        data: new BigInt64Array([1_700_000_000_123_456n, 0n, -1n]),
      }),
    );
    const table = new Table({
      kind: vectorFromArray(['x', 'y', null], new Dictionary(new Utf8(), new Int32())),
      at,
    });
    const schema = struct({ at: 'timestamp', kind: 'string' });
    const [file] = await codec.encode(job(writeIpc(table), schema));
    if (!file) throw new Error('no file');
    const back = tableFromIPC(await codec.decode(decodeJob(file, schema)));
    expect(String(back.schema.fields[0]?.type)).toBe('Timestamp<MICROSECOND, UTC>');
    expect([...(back.getChild('at')?.data[0]?.values ?? [])]).toEqual([1_700_000_000_123_456n, 0n, -1n]);
    expect([...(back.getChild('kind') ?? [])]).toEqual(['x', 'y', null]);
  });

  it('refuses columns that do not fit, by name', async () => {
    const codec = new DirectCodec(null, testEnv());
    const ipc = writeIpc(new Table({ a: vectorFromArray([1.5], new Float64()) }));
    await expect(codec.encode(job(ipc, struct({ a: 'long' })))).rejects.toThrow(
      /Column a: expected Int64, found Float64/,
    );
    await expect(codec.encode(job(ipc, struct({ a: 'double', b: 'long' })))).rejects.toThrow(
      /Column b is in the schema and not in the data/,
    );
    await expect(codec.encode(job(ipc, struct({ b: 'double' })))).rejects.toThrow(
      /Column a is in the data and not in the schema/,
    );
    await expect(codec.encode(job(new Uint8Array(9), struct({ b: 'double' })))).rejects.toMatchObject({
      name: 'FormatError',
    });
  });

  it('refuses nulls in a column that may not be null', async () => {
    const store = new MemoryStore();
    const codec = new DirectCodec(store, testEnv());
    const ipc = writeIpc(new Table({ a: vectorFromArray([1n, null], new Int64()) }));
    const schema = struct({ a: 'long' });
    for (const column of schema.fields) column.nullable = false;
    await expect(codec.encode(job(ipc, schema))).rejects.toThrow(
      /Column a may not be null, and 1 of 2 rows are/,
    );
    expect(await store.list(PATH)).toEqual([]);
  });
});
