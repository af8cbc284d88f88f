import { beforeEach, describe, expect, it } from 'vitest';
import { restoreTable } from '../../../../workers/lake/operations/restore.ts';
import { field, struct } from '../../../../workers/lake/schema/schema.ts';
import type { DeltaTable } from '../../../../workers/lake/table.ts';
import { PATH, testTable, writtenFile } from '../fixtures.ts';

const SCHEMA = struct({ id: 'long', name: 'string' });
const WIDER = { type: 'struct' as const, fields: [...SCHEMA.fields, field('amount', 'double')] };

let table: DeltaTable;

/** Version 0: nothing; 1: a, b; 2: c with one more column. */
beforeEach(async () => {
  table = testTable();
  await table.create(SCHEMA);
  await table.append([writtenFile('a', 2), writtenFile('b', 3)], { txn: { appId: 'stream', version: 7 } });
  await table.overwrite(WIDER, [], [writtenFile('c', 7)]);
});

const livePaths = async (): Promise<string[]> => (await table.snapshot()).files.map(({ path }) => path);

describe('RESTORE', () => {
  it('makes a former version the current one, with its schema, in a new commit', async () => {
    const report = await restoreTable(table.log, { version: 1 });
    expect(report).toMatchObject({ version: 3, filesAdded: 2, filesRemoved: 1, rows: -2, versionsLost: [] });
    expect(report.paths).toEqual(['a', 'b', 'c']);
    const snapshot = await table.snapshot();
    expect(snapshot.files).toEqual((await table.snapshot(1)).files);
    expect(snapshot.schema).toEqual(SCHEMA);
    expect(snapshot.txns.get('stream')?.version).toBe(7);
    const [entry] = await table.history();
    expect(entry).toMatchObject({
      operation: 'RESTORE',
      operationParameters: { version: '1' },
      operationMetrics: {
        numRestoredFiles: '2',
        restoredFilesSize: '2',
        numRemovedFiles: '1',
        removedFilesSize: '1',
        numOfFilesAfterRestore: '2',
        tableSizeAfterRestore: '2',
      },
    });
  });

  it('goes back and forth, and commits nothing when there is nothing to restore', async () => {
    await restoreTable(table.log, { version: 1 });
    await restoreTable(table.log, { version: 2 });
    expect(await livePaths()).toEqual(['c']);
    expect((await table.snapshot()).schema).toEqual(WIDER);
    const report = await restoreTable(table.log, { version: 2 });
    expect(report).toMatchObject({ version: null, filesAdded: 0, filesRemoved: 0, rows: 0, paths: [] });
    expect((await table.snapshot()).version).toBe(4);
  });

  it('only says what it would do on a dry run', async () => {
    const report = await restoreTable(table.log, { version: 0 }, { dryRun: true });
    expect(report).toMatchObject({ version: null, filesAdded: 0, filesRemoved: 1, rows: -7, paths: ['c'] });
    expect((await table.snapshot()).version).toBe(2);
  });

  it('finds the version of a moment', async () => {
    const [, second] = (await table.history()).reverse();
    await restoreTable(table.log, { timestamp: second?.timestamp ?? 0 });
    expect(await livePaths()).toEqual(['a', 'b']);
    const [entry] = await table.history();
    expect(entry?.operationParameters).toEqual({
      timestamp: new Date(second?.timestamp ?? 0).toISOString(),
    });
  });

  it('names the files that are gone, and commits nothing', async () => {
    await table.store.remove(`${PATH}/b`);
    await expect(restoreTable(table.log, { version: 1 })).rejects.toMatchObject({
      name: 'MissingFilesError',
      files: ['b'],
      message: expect.stringContaining('VACUUM'),
    });
    await table.store.publish(`${PATH}/b`, new Uint8Array(9));
    await expect(restoreTable(table.log, { version: 1 })).rejects.toMatchObject({ files: ['b'] });
    await expect(restoreTable(table.log, { version: 9 })).rejects.toMatchObject({
      name: 'VersionNotFoundError',
    });
    expect((await table.snapshot()).version).toBe(2);
  });

  it('keeps a protocol that the former version did without', async () => {
    await table.overwrite(struct({ at: 'timestamp_ntz' }), [], []);
    await restoreTable(table.log, { version: 1 });
    expect((await table.snapshot()).protocol.minReaderVersion).toBe(3);
    expect((await table.snapshot()).schema).toEqual(SCHEMA);
  });

  it('loses against any commit that comes first, even one that only adds', async () => {
    const other = testTable(table.store);
    const before = table.log.snapshot.bind(table.log);
    let looks = 0;
    table.log.snapshot = async (version) => {
      const snapshot = await before(version);
      if ((looks += 1) === 2) await other.append([]);
      return snapshot;
    };
    await expect(restoreTable(table.log, { version: 1 })).rejects.toMatchObject({
      name: 'ConcurrentWriteError',
    });
    table.log.snapshot = before;
    expect(await livePaths()).toEqual(['c']);
  });

  it('is refused where rows may not be removed', async () => {
    const log = testTable();
    await log.create(SCHEMA, { configuration: { 'delta.appendOnly': 'true' } });
    await log.append([writtenFile('a')]);
    await expect(restoreTable(log.log, { version: 0 })).rejects.toMatchObject({ name: 'InvalidCommitError' });
  });
});
