import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import type { DeltaTable } from '../../../../workers/lake/table.ts';
import { loadParquet, testEnv, writtenFile } from '../fixtures.ts';
import { LOG, checkpointPath, encodeText, entryPath, grownTable, pathsOf, reopen } from './logs.ts';

beforeAll(loadParquet);

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 1, 12);

/** A clock that the test moves, and the warnings. */
function movedEnv(): { env: ReturnType<typeof testEnv>; pass: (days: number) => void; warnings: string[] } {
  let now = START;
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): number => warnings.push(message);
  const env = { ...testEnv(), clock: { now: () => (now += 1) }, onWarning };
  return { env, pass: (days) => (now += days * DAY), warnings };
}

async function grow(table: DeltaTable, commits: number): Promise<void> {
  const { version } = await table.snapshot();
  for (let next = version + 1; next <= version + commits; next += 1)
    await table.append([writtenFile(`file-${next}`, 1, { region: null })]);
}

async function versionsKept(store: MemoryStore | DeltaTable['store']): Promise<number[]> {
  const names = (await store.list(LOG)).map(({ name }) => name);
  return names.filter((name) => /^\d{20}\.json$/.test(name)).map((name) => Number(name.slice(0, 20)));
}

const oneTo = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('log clean-up', () => {
  it('deletes what is before the newest checkpoint older than 30 days, and nothing younger', async () => {
    const { env, pass } = movedEnv();
    const table = await grownTable(25, { env });
    await table.store.publish(`${LOG}/00000000000000000007.crc`, encodeText('{}'));
    pass(29);
    await grow(table, 5);
    expect(await versionsKept(table.store)).toEqual(oneTo(0, 30));
    pass(2);
    await grow(table, 10);
    expect(await versionsKept(table.store)).toEqual(oneTo(20, 40));
    const names = (await table.store.list(LOG)).map(({ name }) => name);
    expect(names).not.toContain('00000000000000000007.crc');
    expect(
      names.filter((name) => name.includes('.checkpoint.')).map((name) => Number(name.slice(0, 20))),
    ).toEqual([20, 30, 40]);
  });

  it('leaves the rest readable, and says from where on', async () => {
    const { env, pass } = movedEnv();
    const table = await grownTable(25, { env });
    pass(32);
    await grow(table, 5);
    const fresh = reopen(table, env);
    expect(pathsOf(await fresh.snapshot())).toHaveLength(30);
    expect(pathsOf(await fresh.snapshot(20))).toHaveLength(20);
    expect(pathsOf(await fresh.snapshot(23))).toHaveLength(23);
    await expect(fresh.snapshot(19)).rejects.toThrow(
      'Table lab.bronze.orders has no version 19: expected 20 to 30. Older log entries have been cleaned up',
    );
    expect((await fresh.history()).map(({ version }) => version)).toEqual(oneTo(20, 30).reverse());
    await expect(fresh.log.versionAt(START)).rejects.toMatchObject({ name: 'TimestampNotFoundError' });
  });

  it('follows the properties of the table', async () => {
    const { env, pass } = movedEnv();
    const short = {
      'delta.logRetentionDuration': 'interval 1 day 12 hours',
      'delta.checkpointInterval': '5',
    };
    const table = await grownTable(6, { env, configuration: short });
    pass(3);
    await grow(table, 4);
    expect(await versionsKept(table.store)).toEqual(oneTo(5, 10));
    const never = { ...short, 'delta.enableExpiredLogCleanup': 'false' };
    const kept = await grownTable(6, { env, configuration: never, store: new MemoryStore() });
    pass(3);
    await grow(kept, 4);
    expect(await versionsKept(kept.store)).toEqual(oneTo(0, 10));
  });

  it('warns of a retention that another writer gave no fixed length, and commits all the same', async () => {
    const { env, warnings } = movedEnv();
    const table = await grownTable(8, { env });
    const { metadata } = await table.snapshot();
    const metaData = { ...metadata, configuration: { 'delta.logRetentionDuration': 'interval 1 month' } };
    await table.store.publish(entryPath(9), encodeText(`${JSON.stringify({ metaData })}\n`));
    await grow(table, 2);
    expect((await table.snapshot()).version).toBe(11);
    expect(warnings.join()).toMatch(/delta.logRetentionDuration.*interval 1 month/);
  });

  it('deletes nothing when the checkpoint that would be left cannot be read', async () => {
    const { env, pass, warnings } = movedEnv();
    const table = await grownTable(25, { env });
    await table.store.publish(checkpointPath(20), encodeText('broken'));
    pass(32);
    await grow(table, 5);
    expect(await versionsKept(table.store)).toEqual(oneTo(0, 30));
    expect(warnings.join()).toMatch(/20\.checkpoint\.parquet cannot be read/);
  });

  it('killed midway leaves a table that opens', async () => {
    class DyingStore extends MemoryStore {
      dieAfter = Infinity;
      override async remove(path: string): Promise<void> {
        if (path.startsWith(LOG) && (this.dieAfter -= 1) < 0) throw new Error('killed');
        return super.remove(path);
      }
    }
    for (const dieAfter of [1, 7, 11, 15, 21]) {
      const { env, pass } = movedEnv();
      const store = new DyingStore();
      const table = await grownTable(25, { env, store });
      pass(32);
      store.dieAfter = dieAfter;
      await grow(table, 5);
      expect(await store.size(entryPath(0))).toBeUndefined();
      expect(pathsOf(await reopen(table, env).snapshot())).toHaveLength(30);
      await store.remove(`${LOG}/_last_checkpoint`).catch(() => undefined);
      expect(pathsOf(await reopen(table, env).snapshot())).toHaveLength(30);
    }
  });
});
