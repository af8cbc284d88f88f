import { beforeAll, describe, expect, it } from 'vitest';
import { Lake } from '../../../../workers/lake/lake.ts';
import { truncateLog } from '../../../../workers/lake/operations/truncate-log.ts';
import { sha256 } from '../../../../workers/lake/parquet/digest.ts';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import { PATH, REF, loadParquet, testEnv, writtenFile } from '../fixtures.ts';
import { SCHEMA, encodeText, entryPath } from './logs.ts';
import { MemoryTips } from './memory-tips.ts';

beforeAll(loadParquet);

const OTHER = { ...REF, name: 'other' };

/** A lake with a mirror; `restart` forgets what this thread knows, as a new start of the browser does. */
class MirroredLake {
  readonly store = new MemoryStore();
  readonly tips = new MemoryTips();
  lake = this.restart();

  restart(): Lake {
    return (this.lake = new Lake(this.store, { ...testEnv(), tips: this.tips }));
  }

  async commit(name: string): Promise<void> {
    if (!(await this.lake.table(REF).exists())) await this.lake.table(REF).create(SCHEMA);
    await this.lake.table(REF).append([writtenFile(name)]);
  }
}

/** Versions 0 to 3, of which a power cut takes back those after `last`. */
async function cutTo(last: number): Promise<MirroredLake> {
  const mirrored = new MirroredLake();
  for (const name of ['a', 'b', 'c']) await mirrored.commit(name);
  for (let version = 3; version > last; version -= 1) await mirrored.store.remove(entryPath(version));
  mirrored.restart();
  return mirrored;
}

describe('the mirror of the tip', () => {
  it('has each commit before the writer hears of it', async () => {
    const { lake, tips, store } = new MirroredLake();
    await lake.table(REF).create(SCHEMA);
    expect(tips.tips.get(PATH)?.version).toBe(0);
    await lake.table(REF).append([writtenFile('a')]);
    const { timestamp } = await lake.table(REF).snapshot();
    expect(tips.tips.get(PATH)).toEqual({
      version: 1,
      timestamp,
      sha256: await sha256(await store.read(entryPath(1))),
    });
    expect(await new Lake(store, { ...testEnv(), tips }).health(REF)).toBeNull();
  });

  it('tells which commits are gone, and of when they were', async () => {
    const { lake, tips } = await cutTo(1);
    const when = new Date(tips.tips.get(PATH)?.timestamp ?? 0).toISOString().slice(0, 19).replace('T', ' ');
    const problem = await lake.health(REF);
    expect(problem).toMatchObject({
      kind: 'rolledBack',
      readable: true,
      repairs: [{ kind: 'accept', version: null }],
    });
    expect(problem?.message).toContain('Versions 2 to 3 of lab.bronze.orders');
    expect(problem?.message).toContain(when);
    expect((await lake.table(REF).snapshot()).version).toBe(1);
  });

  it('tells when another commit has taken the place of the mirrored one', async () => {
    const mirrored = await cutTo(3);
    await mirrored.store.publish(
      entryPath(3),
      encodeText('{"commitInfo":{"timestamp":5,"operation":"WRITE"}}\n'),
    );
    expect((await mirrored.restart().health(REF))?.message).toContain('Version 3 of');
  });

  it('goes on telling after new commits and new starts, until the loss is accepted', async () => {
    const mirrored = await cutTo(1);
    await mirrored.commit('new');
    await mirrored.commit('newer');
    await mirrored.commit('newest');
    expect((await mirrored.lake.health(REF))?.message).toContain('Versions 2 to 3');
    expect((await mirrored.restart().health(REF))?.message).toContain('Versions 2 to 3');
    await mirrored.lake.table(REF).log.acceptLoss();
    expect(await mirrored.lake.health(REF)).toBeNull();
    expect(await mirrored.restart().health(REF)).toBeNull();
    // The mirror is at work again.
    await mirrored.store.remove(entryPath(4));
    expect((await mirrored.restart().health(REF))?.message).toContain('Version 4 of');
  });

  it('notices an acknowledged last commit that was cut off', async () => {
    const mirrored = await cutTo(3);
    await mirrored.store.publish(entryPath(3), new Uint8Array(0));
    expect(await mirrored.restart().health(REF)).toMatchObject({ kind: 'rolledBack', readable: true });
  });

  it('tells of a table that is gone altogether', async () => {
    const { lake } = await cutTo(-1);
    expect(await lake.table(REF).exists()).toBe(false);
    expect(await lake.tables('lab')).toEqual([REF]);
    expect(await lake.health(REF)).toMatchObject({ kind: 'rolledBack', readable: false });
    await lake.table(REF).log.acceptLoss();
    expect(await lake.tables('lab')).toEqual([]);
    await expect(lake.health(REF)).rejects.toMatchObject({ name: 'TableNotFoundError' });
  });

  it('takes no commit of another writer for a loss while it opens', async () => {
    const mirrored = new MirroredLake();
    await mirrored.commit('a');
    const other = mirrored.lake;
    const list = mirrored.store.list.bind(mirrored.store);
    mirrored.store.list = async (folder) => {
      const found = await list(folder);
      mirrored.store.list = list;
      await other.table(REF).append([writtenFile('meanwhile')]);
      return found;
    };
    expect(await mirrored.restart().health(REF)).toBeNull();
  });

  it('forgets a table that is dropped, replaced by a view, or cut back on purpose', async () => {
    const mirrored = await cutTo(3);
    await truncateLog(mirrored.lake.table(REF).log, 2);
    expect(await mirrored.restart().health(REF)).toBeNull();
    await mirrored.lake.drop(REF);
    expect([...mirrored.tips.tips.keys()]).toEqual([]);
    await mirrored.lake.table(OTHER).create(SCHEMA);
    await mirrored.lake.publishView(OTHER, 'select 1', []);
    expect([...mirrored.tips.tips.keys()]).toEqual([]);
    await mirrored.commit('again');
    expect(await mirrored.restart().health(REF)).toBeNull();
  });

  it('never fails a commit or a look: a mirror that is broken is a warning', async () => {
    const refuse = (): Promise<never> => Promise.reject(new Error('no IndexedDB here'));
    const warnings: string[] = [];
    const tips = { record: refuse, read: refuse, forget: refuse, list: refuse };
    const lake = new Lake(new MemoryStore(), {
      ...testEnv(),
      tips,
      onWarning: ({ message }) => warnings.push(message),
    });
    await lake.table(REF).create(SCHEMA);
    expect((await lake.table(REF).snapshot()).version).toBe(0);
    expect(await lake.tables('lab')).toEqual([REF]);
    expect(warnings.join()).toMatch(/mirror.*no IndexedDB here/);
  });
});
