import { beforeEach, expect, test } from 'vitest';
import { LakeRelations } from '../../../workers/driver/relations.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import type { Codec, WrittenFile } from '../../../workers/lake/types.ts';
import type { Partition } from '../../../workers/warehouse/types.ts';
import { testEnv, writtenFile } from '../lake/fixtures.ts';

/** Decodes a file to its name. */
const codec: Codec = {
  encode: () => Promise.resolve([]),
  decode: ({ add }) => Promise.resolve(new TextEncoder().encode(add.path)),
};

let lake: Lake;
let relations: LakeRelations;

beforeEach(() => {
  lake = new Lake(new MemoryStore(), testEnv());
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

async function filesRead(name: string, partitions?: readonly Partition[]): Promise<string[]> {
  const files: string[] = [];
  for await (const bytes of relations.read(await relationOf(name), null, undefined, partitions))
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

test('lists each partition once, with the rows of its files; empty text is NULL', async () => {
  await sales();
  const { partitions, numRecords } = await relationOf('sales');
  expect(partitions).toEqual([
    { values: { day: '2025-01-01', region: 'x' }, numRecords: 6 },
    { values: { day: '2025-01-02', region: 'x' }, numRecords: 3 },
    { values: { day: '2025-01-01', region: null }, numRecords: 11 },
  ]);
  expect(numRecords).toBe(20);
});

test('lists none for tables without partitions, or when a file does not tell its rows', async () => {
  await putTable('plain', [], [writtenFile('a', 2)]);
  const silent = writtenFile('a', 2, { day: '2025-01-01' });
  delete silent.add.stats;
  await putTable('silent', ['day'], [silent]);
  expect((await relationOf('plain')).partitions).toBeUndefined();
  expect((await relationOf('silent')).partitions).toBeUndefined();
});

test('decodes the files of the partitions asked for, in file order', async () => {
  await sales();
  const [first, second, third] = (await relationOf('sales')).partitions ?? [];
  expect(await filesRead('sales')).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(await filesRead('sales', [second, first] as Partition[])).toEqual(['a', 'b', 'c']);
  expect(await filesRead('sales', [third] as Partition[])).toEqual(['d', 'e']);
  expect(await filesRead('sales', [])).toEqual([]);
});

test('the partitions follow a commit', async () => {
  await sales();
  const before = await relationOf('sales');
  const table = lake.table({ lab: 'lab', schema: 'gold', name: 'sales' });
  await table.append([writtenFile('f', 7, { day: '2025-01-02', region: 'x' })]);
  relations.invalidate('lab');
  expect((await relationOf('sales')).partitions?.map(({ numRecords }) => numRecords)).toEqual([6, 10, 11]);
  expect(before.partitions?.map(({ numRecords }) => numRecords)).toEqual([6, 3, 11]);
});
