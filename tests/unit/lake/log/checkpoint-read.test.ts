import { Int64, Utf8, vectorFromArray } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeCheckpoint } from '../../../../workers/lake/log/checkpoint-encode.ts';
import type { Action } from '../../../../workers/lake/types.ts';
import { loadParquet, testEnv, testTable, writtenFile } from '../fixtures.ts';
import { checkpointWith, stringMap, structColumn, structType, v2Checkpoint } from './foreign-checkpoints.ts';
import {
  CountingStore,
  LOG,
  addOf,
  checkpointPath,
  encodeText,
  entryPath,
  firstActions,
  grownTable,
  pathsOf,
  reopen,
  storeOf,
} from './logs.ts';

beforeAll(loadParquet);

const digits = (version: number): string => String(version).padStart(20, '0');
const hint = (content: unknown): Uint8Array => encodeText(JSON.stringify(content));
const commit = (timestamp: number, ...actions: Action[]): Action[] => [
  { commitInfo: { timestamp, operation: 'WRITE' } },
  ...actions,
];

describe('opening a table by its checkpoint', () => {
  it('tells the same as the commits do', async () => {
    const table = await grownTable(13);
    const whole = await table.snapshot();
    for (let version = 0; version < 10; version += 1) await table.store.remove(entryPath(version));
    const opened = await reopen(table).snapshot();
    expect(pathsOf(opened)).toEqual(pathsOf(whole));
    const byPath = new Map(opened.files.map((file) => [file.path, file]));
    for (const file of whole.files)
      expect(byPath.get(file.path)).toEqual({ ...file, dataChange: expect.any(Boolean) });
    expect({ ...opened, files: [] }).toEqual({ ...whole, files: [] });
  });

  it('lists nothing, and asks once per look afterwards', async () => {
    const store = new CountingStore();
    await grownTable(23, { store });
    const table = testTable(store);
    store.calls = [];
    expect((await table.snapshot()).version).toBe(23);
    expect(store.calls.filter((call) => call.startsWith('list'))).toEqual([]);
    expect(store.calls.filter((call) => call.startsWith('read')).sort()).toEqual([
      `read ${digits(20)}.checkpoint.parquet`,
      `read ${digits(20)}.json`,
      `read ${digits(21)}.json`,
      `read ${digits(22)}.json`,
      `read ${digits(23)}.json`,
      'read _last_checkpoint',
    ]);
    store.calls = [];
    await table.snapshot();
    await table.snapshot();
    expect(store.calls).toEqual([`size ${digits(24)}.json`, `size ${digits(24)}.json`]);
  });

  it.each(['gone', 'garbled', 'of a checkpoint that is gone', 'older than what was cleaned up'])(
    'does without a hint that is %s',
    async (damage) => {
      const { store } = await grownTable(21);
      const path = `${LOG}/_last_checkpoint`;
      if (damage === 'gone') await store.remove(path);
      else if (damage === 'garbled') await store.publish(path, encodeText('{"vers'));
      else if (damage.startsWith('of')) await store.publish(path, hint({ version: 15, size: 1 }));
      else {
        await store.publish(path, hint({ version: 10, size: 1 }));
        for (let version = 0; version < 20; version += 1) await store.remove(entryPath(version));
      }
      expect((await testTable(store).snapshot()).files).toHaveLength(21);
    },
  );

  it('falls back from a broken checkpoint to an older one, and says so', async () => {
    const { store } = await grownTable(25);
    await store.publish(checkpointPath(20), encodeText('PAR1 no parquet PAR1'));
    for (let version = 0; version < 10; version += 1) await store.remove(entryPath(version));
    const warnings: string[] = [];
    const table = testTable(store, { ...testEnv(), onWarning: ({ message }) => warnings.push(message) });
    expect((await table.snapshot()).files).toHaveLength(25);
    expect(warnings[0]).toMatch(/20\.checkpoint\.parquet cannot be read as a checkpoint/);
  });

  it('falls back from a broken checkpoint to the commits, and fails when they are gone', async () => {
    const { store } = await grownTable(12);
    await store.publish(checkpointPath(10), (await store.read(checkpointPath(10))).subarray(0, 900));
    expect((await testTable(store).snapshot()).files).toHaveLength(12);
    for (let version = 0; version < 10; version += 1) await store.remove(entryPath(version));
    await expect(testTable(store).snapshot()).rejects.toThrow(/no version 0, but has version 10/);
  });

  it('finds a commit that is missing after the checkpoint', async () => {
    const { store } = await grownTable(14);
    await store.remove(entryPath(12));
    await expect(testTable(store).snapshot()).rejects.toThrow(/no version 12, but has version 13/);
  });

  it('reads more commits after it than it asks for at once', async () => {
    const { store } = await grownTable(60, { configuration: { 'delta.checkpointInterval': '20' } });
    await store.remove(checkpointPath(40));
    await store.remove(checkpointPath(60));
    await store.publish(`${LOG}/_last_checkpoint`, hint({ version: 20, size: 1 }));
    expect((await testTable(store).snapshot()).files).toHaveLength(60);
  });
});

describe('checkpoints of other writers', () => {
  const files = ['a', 'b', 'c'].map((path) => addOf(path));

  it('may be in parts, and count when all are there', async () => {
    const parts = [firstActions(), files.slice(0, 2), files.slice(2)].map(encodeCheckpoint);
    const partName = (part: number): string =>
      `${digits(5)}.checkpoint.${String(part).padStart(10, '0')}.0000000003.parquet`;
    const store = await storeOf({
      [`${digits(5)}.json`]: commit(7),
      [`${digits(6)}.json`]: commit(8, addOf('d')),
    });
    for (const [index, bytes] of parts.entries()) await store.publish(`${LOG}/${partName(index + 1)}`, bytes);
    expect(await testTable(store).snapshot()).toMatchObject({ version: 6, timestamp: 8 });
    expect(pathsOf(await testTable(store).snapshot())).toEqual(['a', 'b', 'c', 'd']);
    await store.publish(`${LOG}/_last_checkpoint`, hint({ version: 5, size: 5, parts: 3 }));
    expect(pathsOf(await testTable(store).snapshot())).toEqual(['a', 'b', 'c', 'd']);
    await store.remove(`${LOG}/${partName(2)}`);
    await expect(testTable(store).snapshot()).rejects.toThrow(/no version 0/);
  });

  it.each(['json', 'parquet'])('may be V2, in %s with sidecars', async (format) => {
    const protocol = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['v2Checkpoint'],
      writerFeatures: ['v2Checkpoint'],
    };
    const sidecar = { path: 'side.parquet', sizeInBytes: 1, modificationTime: 1 };
    const name = `${digits(5)}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.${format}`;
    const top = firstActions(protocol);
    const store = await storeOf({
      [`${digits(5)}.json`]: commit(7),
      [name]: await v2Checkpoint(top, sidecar, format),
      '_sidecars/side.parquet': encodeCheckpoint(files),
    });
    expect(await testTable(store).snapshot()).toMatchObject({ version: 5, timestamp: 7, protocol });
    expect(pathsOf(await testTable(store).snapshot())).toEqual(['a', 'b', 'c']);
    await store.publish(
      `${LOG}/_last_checkpoint`,
      hint({ version: 5, size: 5, v2Checkpoint: { path: name } }),
    );
    expect(pathsOf(await testTable(store).snapshot())).toEqual(['a', 'b', 'c']);
  });

  it('may keep statistics as a struct only, and have columns of their own', async () => {
    const types = {
      path: new Utf8(),
      size: new Int64(),
      partitionValues: stringMap(),
      partitionValues_parsed: structType({ region: new Utf8() }),
      stats_parsed: structType({ numRecords: new Int64(), minValues: structType({ id: new Int64() }) }),
    };
    const file = {
      path: 'a',
      size: 9n,
      partitionValues: new Map([['region', 'x']]),
      partitionValues_parsed: { region: 'x' },
      stats_parsed: { numRecords: 4n, minValues: { id: 1n } },
    };
    const add = structColumn(types, [null, null, file]);
    const extra = vectorFromArray([1n, 2n, 3n], new Int64());
    const store = await storeOf({
      [`${digits(5)}.json`]: commit(7),
      [`${digits(5)}.checkpoint.parquet`]: await checkpointWith(firstActions(), { add, extra }),
    });
    const snapshot = await testTable(store).snapshot();
    expect(snapshot).toMatchObject({ numRecords: 4, sizeInBytes: 9 });
    expect(snapshot.files[0]?.partitionValues).toEqual({ region: 'x' });
  });

  it('are refused when a file has a deletion vector', async () => {
    const deletionVector = structType({ storageType: new Utf8() });
    const types = { path: new Utf8(), size: new Int64(), partitionValues: stringMap(), deletionVector };
    const file = { path: 'a', size: 9n, partitionValues: new Map(), deletionVector: { storageType: 'u' } };
    const add = structColumn(types, [null, null, file]);
    const store = await storeOf({
      [`${digits(5)}.checkpoint.parquet`]: await checkpointWith(firstActions(), { add }),
    });
    await expect(testTable(store).snapshot()).rejects.toMatchObject({ feature: 'deletionVectors' });
  });

  it('tell their age by their files where the commit is gone', async () => {
    const store = await storeOf({
      [`${digits(5)}.checkpoint.parquet`]: encodeCheckpoint([...firstActions(), ...files]),
    });
    expect(await testTable(store).snapshot()).toMatchObject({ version: 5, timestamp: 5 });
    expect((await testTable(store).append([writtenFile('x', 1, { region: null })])).version).toBe(6);
  });
});
