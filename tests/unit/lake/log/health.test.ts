import { beforeAll, describe, expect, it } from 'vitest';
import { Lake } from '../../../../workers/lake/lake.ts';
import { truncateLog } from '../../../../workers/lake/operations/truncate-log.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import { PATH, REF, loadParquet, testEnv, writtenFile } from '../fixtures.ts';

beforeAll(loadParquet);

const SCHEMA = struct({ id: 'long' });
const OTHER = { lab: 'lab', schema: 'silver', name: 'fine' };
const entry = (version: number): string => `${PATH}/_delta_log/${String(version).padStart(20, '0')}.json`;
const garble = (store: MemoryStore, version: number): Promise<void> =>
  store.publish(entry(version), new TextEncoder().encode('{"add":{"pa\n'));

/** A table with one file per version: version n has the files 1 to n. */
async function lakeWith(versions: number): Promise<{ store: MemoryStore; lake: Lake }> {
  const store = new MemoryStore();
  const lake = new Lake(store, testEnv());
  await lake.table(REF).create(SCHEMA);
  for (let version = 1; version <= versions; version += 1)
    await lake.table(REF).append([writtenFile(`file-${version}`)]);
  return { store, lake };
}

const reopen = (store: MemoryStore): Lake => new Lake(store, testEnv());

describe('the health of a log', () => {
  it('finds nothing wrong with a good table, or with a last entry that was cut off', async () => {
    const { store, lake } = await lakeWith(3);
    expect(await lake.health(REF)).toBeNull();
    await store.publish(entry(4), new Uint8Array(0));
    expect(await reopen(store).health(REF)).toBeNull();
  });

  it('does not know a table that is none: a folder of data files, and nothing', async () => {
    const store = new MemoryStore();
    await store.publish(`${PATH}/part-1.parquet`, new Uint8Array(1));
    expect(await reopen(store).tables('lab')).toEqual([]);
    await expect(reopen(store).health(REF)).rejects.toMatchObject({ name: 'TableNotFoundError' });
  });

  it.each(['missing', 'garbled', 'empty'])('offers to go back before a %s entry', async (damage) => {
    const { store } = await lakeWith(5);
    if (damage === 'missing') await store.remove(entry(3));
    else if (damage === 'garbled') await garble(store, 3);
    else await store.publish(entry(3), new Uint8Array(0));
    const lake = reopen(store);
    const problem = await lake.health(REF);
    expect(problem).toMatchObject({ kind: 'log', readable: false });
    expect(problem?.message).toMatch(/3/);
    expect(problem?.repairs).toEqual([
      { kind: 'truncateLog', version: 2, explain: expect.stringMatching(/Versions 3 to 5 will be lost/) },
    ]);
    await truncateLog(lake.table(REF).log, 2);
    expect(await lake.health(REF)).toBeNull();
    expect((await lake.table(REF).snapshot()).files.map(({ path }) => path)).toEqual(['file-1', 'file-2']);
    await lake.table(REF).append([writtenFile('new')]);
    expect((await reopen(store).table(REF).snapshot()).version).toBe(3);
  });

  it('lists the broken table beside the others, which stay readable', async () => {
    const { store, lake: first } = await lakeWith(3);
    await first.table(OTHER).create(SCHEMA);
    await store.remove(entry(1));
    const lake = reopen(store);
    expect(await lake.tables('lab')).toEqual([REF, OTHER]);
    expect(await lake.health(OTHER)).toBeNull();
    await expect(lake.table(REF).snapshot()).rejects.toThrow(/has no version 1/);
  });

  it('leaves a broken view out and keeps the others', async () => {
    const { store, lake: first } = await lakeWith(0);
    const good = await first.publishView({ ...OTHER, name: 'good' }, 'select 1', []);
    await first.publishView({ ...OTHER, name: 'bad' }, 'select 2', []);
    await store.publish('lake/lab/silver/bad/_view.json', new TextEncoder().encode('{"sql":'));
    const warnings: string[] = [];
    const lake = new Lake(store, { ...testEnv(), onWarning: ({ message }) => warnings.push(message) });
    expect(await lake.views('lab')).toEqual([good]);
    expect(warnings).toEqual([expect.stringMatching(/view lab.silver.bad cannot be read/)]);
  });

  it('has no repair for a log whose beginning is gone, and still lists the table', async () => {
    const { store } = await lakeWith(3);
    await store.remove(entry(0));
    const lake = reopen(store);
    expect(await lake.tables('lab')).toEqual([REF]);
    expect(await lake.health(REF)).toMatchObject({ kind: 'log', readable: false, repairs: [] });
  });

  it('names the feature that is not supported', async () => {
    const { store } = await lakeWith(1);
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['typeWidening'] };
    await store.publish(entry(2), new TextEncoder().encode(`${JSON.stringify({ protocol })}\n`));
    const problem = await reopen(store).health(REF);
    expect(problem).toMatchObject({ kind: 'unsupported', readable: false, repairs: [] });
    expect(problem?.message).toMatch(/typeWidening/);
  });

  it('goes back across a checkpoint, which goes with the entries', async () => {
    const { store } = await lakeWith(12);
    await truncateLog(reopen(store).table(REF).log, 7);
    const names = (await store.list(`${PATH}/_delta_log`)).map(({ name }) => name);
    expect(names.filter((name) => /checkpoint|0{18}(08|09|1\d)/.test(name))).toEqual([]);
    expect((await reopen(store).table(REF).snapshot()).files).toHaveLength(7);
    await expect(truncateLog(reopen(store).table(REF).log, 9)).rejects.toThrow(
      /no version 9: expected 0 to 7/,
    );
  });

  it('killed while it goes back, can go on', async () => {
    for (let removals = 0; removals <= 13; removals += 1) {
      const { store } = await lakeWith(12);
      await store.remove(entry(3));
      await store.remove(`${PATH}/_delta_log/00000000000000000010.checkpoint.parquet`);
      const remove = store.remove.bind(store);
      let left = removals;
      store.remove = async (path) => {
        if ((left -= 1) < 0) throw new Error('killed');
        return remove(path);
      };
      await truncateLog(reopen(store).table(REF).log, 2).catch(() => undefined);
      store.remove = remove;
      const lake = reopen(store);
      const repair = (await lake.health(REF))?.repairs[0];
      if (repair) await truncateLog(lake.table(REF).log, repair.version ?? -1);
      expect((await reopen(store).table(REF).snapshot()).version).toBe(2);
    }
  });
});
