import { beforeAll, describe, expect, it } from 'vitest';
import { loadParquet, testEnv, testTable, writtenFile } from '../fixtures.ts';
import {
  CountingStore,
  SCHEMA,
  checkpointPath,
  encodeText,
  entryPath,
  grownTable,
  pathsOf,
  reopen,
} from './logs.ts';

beforeAll(loadParquet);

/** A table whose commits are made at the given times. */
async function tableOf(times: number[]): Promise<ReturnType<typeof testTable>> {
  let now = 0;
  const table = testTable(undefined, { ...testEnv(), clock: { now: () => now } });
  for (const [version, time] of times.entries()) {
    now = time;
    if (version === 0) await table.create(SCHEMA);
    else await table.append([writtenFile(`file-${version}`)]);
  }
  return table;
}

describe('the version at a time', () => {
  it('is the last commit at or before it', async () => {
    const { log } = await tableOf([1000, 2000, 3000]);
    expect(await Promise.all([1000, 1999, 2000, 2999, 3000].map((at) => log.versionAt(at)))).toEqual([
      0, 0, 1, 1, 2,
    ]);
  });

  it('is the last version after the last commit, and an error before the first', async () => {
    const { log } = await tableOf([1000, 2000]);
    expect(await log.versionAt(9_999_999)).toBe(1);
    await expect(log.versionAt(999)).rejects.toThrow(
      'has no version as of 1970-01-01T00:00:00.999Z: its first commit that is kept is of 1970-01-01T00:00:01.000Z',
    );
    await expect(testTable().log.versionAt(1)).rejects.toMatchObject({ name: 'TableNotFoundError' });
  });

  it('grows with the version where clocks went back, as the history says', async () => {
    const table = await tableOf([1000, 3000, 2000, 2000, 5000]);
    expect((await table.history()).map(({ timestamp }) => timestamp)).toEqual([5000, 3002, 3001, 3000, 1000]);
    expect(await table.log.versionAt(2500)).toBe(0);
    expect(await table.log.versionAt(3001)).toBe(2);
    expect((await table.snapshot(3)).timestamp).toBe(3002);
  });

  it('follows in-commit timestamps of other writers', async () => {
    const table = await tableOf([1000, 2000]);
    const commitInfo = { timestamp: 1, inCommitTimestamp: 7000, operation: 'WRITE' };
    await table.store.publish(entryPath(2), encodeText(`${JSON.stringify({ commitInfo })}\n`));
    expect(await table.log.versionAt(6999)).toBe(1);
    expect(await table.log.versionAt(7000)).toBe(2);
  });
});

describe('a snapshot of a former version', () => {
  it('reads the nearest checkpoint at or before it and the commits after that', async () => {
    const store = new CountingStore();
    const table = await grownTable(33, { store });
    await table.snapshot();
    store.calls = [];
    expect(pathsOf(await table.snapshot(23))).toHaveLength(23);
    const read = store.calls
      .filter((call) => call.startsWith('read'))
      .map((call) => Number(call.slice(5, 25)));
    expect([...new Set(read)].sort()).toEqual([20, 21, 22, 23]);
    expect(pathsOf(await table.snapshot(20))).toHaveLength(20);
    expect(pathsOf(await table.snapshot(9))).toHaveLength(9);
  });

  it('does without a checkpoint that is broken, and refuses versions that are not there', async () => {
    const table = await grownTable(23);
    await table.store.publish(checkpointPath(20), encodeText('broken'));
    expect(pathsOf(await table.snapshot(21))).toHaveLength(21);
    for (const version of [-1, 24, 1.5])
      await expect(table.snapshot(version)).rejects.toThrow(`has no version ${version}: expected 0 to 23.`);
  });

  it('fails for a version whose commit is broken, while later ones are read by their checkpoint', async () => {
    const table = await grownTable(13);
    await table.store.publish(entryPath(7), encodeText('{"add":{"pa\n'));
    const fresh = reopen(table);
    expect(pathsOf(await fresh.snapshot())).toHaveLength(13);
    expect(pathsOf(await fresh.snapshot(6))).toHaveLength(6);
    await expect(fresh.snapshot(7)).rejects.toMatchObject({ name: 'LogError' });
    expect((await fresh.history()).map(({ version }) => version)).not.toContain(7);
  });
});

describe('the history', () => {
  it('reads each commit once', async () => {
    const store = new CountingStore();
    const table = await grownTable(5, { store });
    await table.history();
    store.calls = [];
    await table.append([writtenFile('more', 1, { region: null })]);
    expect((await table.history())[0]?.version).toBe(6);
    expect(store.calls.filter((call) => call.startsWith('read'))).toEqual(['read 00000000000000000006.json']);
  });
});
