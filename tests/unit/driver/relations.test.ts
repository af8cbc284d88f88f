import { beforeEach, expect, test } from 'vitest';
import { LakeRelations } from '../../../workers/driver/relations.ts';
import { DataFileError } from '../../../workers/lake/errors.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import type { Codec, WrittenFile } from '../../../workers/lake/types.ts';
import type { Piece } from '../../../workers/warehouse/types.ts';
import { testEnv, writtenFile } from '../lake/fixtures.ts';

/** Decodes a file to its name. */
const codec: Codec = {
  encode: () => Promise.resolve([]),
  decode: ({ add }) => Promise.resolve(new TextEncoder().encode(add.path)),
};

let lake: Lake;
let store: MemoryStore;
let relations: LakeRelations;

beforeEach(() => {
  store = new MemoryStore();
  lake = new Lake(store, testEnv());
  relations = new LakeRelations(lake, codec);
});

async function putTable(name: string, partitionColumns: string[], files: WrittenFile[]): Promise<void> {
  const table = lake.table({ lab: 'lab', schema: 'gold', name });
  await table.create(struct({ id: 'long', day: 'date', region: 'string' }), { partitionColumns });
  await table.append(files);
}

async function relationOf(name: string) {
  const found = (await relations.relations('lab')).find((relation) => relation.name === name);
  if (!found) throw new Error(`${name} is not listed`);
  return found;
}

async function filesRead(name: string, pieces?: readonly Piece[]): Promise<string[]> {
  const files: string[] = [];
  for await (const bytes of relations.read(await relationOf(name), null, undefined, pieces))
    files.push(new TextDecoder().decode(bytes));
  return files;
}

const sales = () =>
  putTable(
    'sales',
    ['day', 'region'],
    [
      writtenFile('a', 2, { day: '2025-01-01', region: 'x' }),
      writtenFile('b', 3, { day: '2025-01-02', region: 'x' }),
      writtenFile('c', 4, { day: '2025-01-01', region: 'x' }),
      writtenFile('d', 5, { day: '2025-01-01', region: '' }),
      writtenFile('e', 6, { day: '2025-01-01', region: null }),
    ],
  );

test('lists each file once, with its rows and what is known of them', async () => {
  const file = writtenFile('b', 3, { day: '2025-01-02', region: 'x' });
  file.add.stats = '{"numRecords":3,"minValues":{"id":7},"maxValues":{"id":9},"nullCount":{"id":1}}';
  await putTable(
    'sales',
    ['day', 'region'],
    [writtenFile('a', 2, { day: '2025-01-01', region: null }), file],
  );
  const { pieces, numRecords } = await relationOf('sales');
  expect(pieces).toEqual([
    { id: 'a', partitionValues: { day: '2025-01-01', region: null }, bounds: {}, numRecords: 2 },
    {
      id: 'b',
      partitionValues: { day: '2025-01-02', region: 'x' },
      bounds: { id: { min: '7', max: '9', nullCount: 1 } },
      numRecords: 3,
    },
  ]);
  expect(numRecords).toBe(5);
});

test('lists none when a file does not tell its rows', async () => {
  const silent = writtenFile('a', 2, { day: '2025-01-01' });
  delete silent.add.stats;
  await putTable('silent', ['day'], [writtenFile('b', 1, { day: '2025-01-01' }), silent]);
  expect(await relationOf('silent')).toMatchObject({ pieces: undefined, numRecords: null });
});

test('decodes the files asked for, in file order', async () => {
  await sales();
  const [first, second, third] = (await relationOf('sales')).pieces ?? [];
  expect(await filesRead('sales')).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(await filesRead('sales', [third, first] as Piece[])).toEqual(['a', 'c']);
  expect(await filesRead('sales', [second] as Piece[])).toEqual(['b']);
  expect(await filesRead('sales', [])).toEqual([]);
});

test('the pieces follow a commit', async () => {
  await sales();
  const before = await relationOf('sales');
  const table = lake.table({ lab: 'lab', schema: 'gold', name: 'sales' });
  await table.append([writtenFile('f', 7, { day: '2025-01-02', region: 'x' })]);
  relations.invalidate('lab');
  expect((await relationOf('sales')).pieces?.map(({ numRecords }) => numRecords)).toEqual([2, 3, 4, 5, 6, 7]);
  expect(before.pieces?.map(({ numRecords }) => numRecords)).toEqual([2, 3, 4, 5, 6]);
});

test('a table that cannot be read is listed with its problem; the others are not concerned', async () => {
  await sales();
  await putTable('torn', [], [writtenFile('a', 2)]);
  await lake.table({ lab: 'lab', schema: 'gold', name: 'torn' }).append([writtenFile('b', 2)]);
  const bytes = new TextEncoder().encode('{"add":');
  await store.publish('lake/lab/gold/torn/_delta_log/00000000000000000001.json', bytes);
  const fresh = new LakeRelations(new Lake(store, testEnv()), codec);
  const [readable, torn] = await fresh.relations('lab');
  expect(readable).toMatchObject({ name: 'sales', numRecords: 20 });
  expect(readable?.problem).toBeUndefined();
  expect(torn).toMatchObject({ name: 'torn', columns: [] });
  expect(torn?.problem).toContain('00000000000000000001.json');
});

test('a file that cannot be decoded is named', async () => {
  await sales();
  const relation = await relationOf('sales');
  const failAs = (name: string) => {
    const decode = () => Promise.reject(Object.assign(new Error('too short'), { name }));
    return new LakeRelations(lake, { ...codec, decode }).read(relation, null)[Symbol.asyncIterator]().next();
  };
  await expect(failAs('DataFileError')).rejects.toMatchObject({ name: 'DataFileError', file: 'a' });
  await expect(failAs('WorkerError')).rejects.not.toHaveProperty('file');
});

test('a version is a table of its own, by number and by moment', async () => {
  await sales();
  const relation = await relationOf('sales');
  const table = lake.table({ lab: 'lab', schema: 'gold', name: 'sales' });
  const [last, first] = await table.history();
  await table.overwrite(struct({ id: 'long' }), [], [writtenFile('z', 1)]);
  relations.invalidate('lab');
  const former = await relations.relationAt(relation, 1);
  expect(former).toMatchObject({ name: 'sales@v1', formerOf: 'sales', version: 1, numRecords: 20 });
  expect(former.columns.map(({ name }) => name)).toEqual(['id', 'day', 'region']);
  expect(former.pieces).toHaveLength(5);
  const at = (timestamp = 0) => relations.relationAt(relation, new Date(timestamp).toISOString());
  expect(await at(last?.timestamp)).toMatchObject({ version: 1 });
  expect(await at(first?.timestamp)).toMatchObject({ version: 0, numRecords: 0 });
  expect(await relations.relationAt(relation, '2999-01-01')).toMatchObject({ version: 2, numRecords: 1 });
  await expect(relations.relationAt(relation, 9)).rejects.toThrow(/no version 9: expected 0 to 2/);
  await expect(relations.relationAt(relation, 'soon')).rejects.toMatchObject({ name: 'InvalidMomentError' });
  const files: string[] = [];
  for await (const bytes of relations.read(former, null)) files.push(new TextDecoder().decode(bytes));
  expect(files).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('the same version of a table that was made again is told apart', async () => {
  await sales();
  const before = await relations.relationAt(await relationOf('sales'), 1);
  await lake.drop({ lab: 'lab', schema: 'gold', name: 'sales' });
  await sales();
  relations.invalidate('lab');
  const after = await relations.relationAt(await relationOf('sales'), 1);
  expect(after.version).toBe(before.version);
  expect(after.stamp).not.toBe(before.stamp);
});

test('a version whose files are gone says which versions can be read', async () => {
  await sales();
  const table = lake.table({ lab: 'lab', schema: 'gold', name: 'sales' });
  for (const path of ['f', 'g', 'h'])
    await table.overwrite(struct({ id: 'long' }), [], [writtenFile(path, 1)]);
  await store.remove('lake/lab/gold/sales/g');
  const missing = new LakeRelations(lake, {
    ...codec,
    decode: () => Promise.reject(new DataFileError('g', 'file', 'a file that the log names', 'none')),
  });
  const former = await missing.relationAt(await relationOf('sales'), 3);
  const reading = missing.read(former, null)[Symbol.asyncIterator]().next();
  await expect(reading).rejects.toThrow(
    /Version 3 of lab\.gold\.sales .* There still are versions 0 to 2, 4\./,
  );
  await expect(reading).rejects.toMatchObject({ name: 'VersionGoneError' });
});
