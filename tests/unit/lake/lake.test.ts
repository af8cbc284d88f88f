import { describe, expect, it } from 'vitest';
import { Lake } from '../../../workers/lake/lake.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { testEnv, writtenFile } from './fixtures.ts';

const SCHEMA = struct({ id: 'long' });
const ref = (schema: string, name: string, lab = 'lab'): { lab: string; schema: string; name: string } => ({
  lab,
  schema,
  name,
});

describe('Lake', () => {
  it('knows its labs, tables and views', async () => {
    const store = new MemoryStore();
    const lake = new Lake(store, testEnv());
    expect([await lake.labs(), await lake.tables('lab'), await lake.views('lab')]).toEqual([[], [], []]);
    await lake.table(ref('silver', 'b')).create(SCHEMA);
    await lake.table(ref('bronze', 'a')).create(SCHEMA);
    await lake.table(ref('gold', 'z', 'other')).create(SCHEMA);
    await store.publish('lake/lab/bronze/uncommitted/part-1.parquet', new Uint8Array(1));
    const view = await lake.publishView(ref('silver', 'v'), 'select 1 as one', [
      { name: 'one', type: 'INTEGER' },
    ]);
    expect(await lake.labs()).toEqual(['lab', 'other']);
    expect(await lake.tables('lab')).toEqual([ref('bronze', 'a'), ref('silver', 'b')]);
    expect(await lake.views('lab')).toEqual([view]);
    expect(await new Lake(store, testEnv()).views('lab')).toEqual([view]);
    expect(await lake.view(ref('silver', 'none'))).toBeUndefined();
  });

  it('gives the same table each time, and sees what others commit', async () => {
    const store = new MemoryStore();
    const [mine, other] = [new Lake(store, testEnv()), new Lake(store, testEnv())];
    await mine.table(ref('bronze', 'a')).overwrite(SCHEMA, [], [writtenFile('1')]);
    expect(mine.table(ref('bronze', 'a'))).toBe(mine.table(ref('bronze', 'a')));
    await other.table(ref('bronze', 'a')).append([writtenFile('2', 4)]);
    expect((await mine.table(ref('bronze', 'a')).snapshot()).numRecords).toBe(5);
  });

  it('puts a view in the place of a table, and a table in the place of a view', async () => {
    const store = new MemoryStore();
    const lake = new Lake(store, testEnv());
    const name = ref('silver', 'x');
    await lake.table(name).overwrite(SCHEMA, [], [writtenFile('1')]);
    expect(await lake.tables('lab')).toEqual([name]);
    const first = await lake.publishView(name, 'select 1', []);
    const second = await lake.publishView(name, 'select 2', []);
    expect(second.publishedAt).toBeGreaterThan(first.publishedAt);
    expect([await lake.tables('lab'), (await lake.views('lab')).map(({ sql }) => sql)]).toEqual([
      [],
      ['select 2'],
    ]);
    expect((await store.list('lake/lab/silver/x')).map((entry) => entry.name)).toEqual(['_view.json']);
    await lake.table(name).overwrite(SCHEMA, [], [writtenFile('2')]);
    expect([await lake.tables('lab'), await lake.views('lab')]).toEqual([[name], []]);
    await lake.drop(name);
    expect([
      await lake.tables('lab'),
      await lake.views('lab'),
      await store.list('lake/lab/silver/x'),
    ]).toEqual([[], [], []]);
    expect(await lake.table(name).exists()).toBe(false);
  });

  it('removes a view', async () => {
    const lake = new Lake(new MemoryStore(), testEnv());
    await lake.publishView(ref('silver', 'v'), 'select 1', []);
    await lake.removeView(ref('silver', 'v'));
    await lake.removeView(ref('silver', 'v'));
    expect(await lake.views('lab')).toEqual([]);
  });

  it('refuses names that would leave the folder', () => {
    const lake = new Lake(new MemoryStore(), testEnv());
    for (const name of ['', '..', 'a/b', 'a\\b'])
      expect(() => lake.table(ref('bronze', name))).toThrow(/Invalid path/);
  });
});
