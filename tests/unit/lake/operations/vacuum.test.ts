import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StorageFullError } from '../../../../workers/lake/errors.ts';
import { parseInterval } from '../../../../workers/lake/interval.ts';
import { restoreTable } from '../../../../workers/lake/operations/restore.ts';
import { vacuumTable } from '../../../../workers/lake/operations/vacuum.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import type { DeltaTable } from '../../../../workers/lake/table.ts';
import { PATH, loadParquet, testTable, writtenFile } from '../fixtures.ts';

const SCHEMA = struct({ id: 'long', day: 'string' });
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

beforeAll(loadParquet);

let now: number;
let store: MemoryStore;
let table: DeltaTable;

const clock = { now: (): number => (now += 1) };
const open = (): DeltaTable => {
  let id = 0;
  return testTable(store, { clock, newId: () => `id-${(id += 1)}` });
};
const write = (path: string): Promise<void> => store.publish(`${PATH}/${path}`, new Uint8Array(10));
const files = async (): Promise<string[]> =>
  (await store.list(PATH)).flatMap(({ name, kind }) => (kind === 'file' ? [name] : []));

/** Versions 0: nothing, 1: a, 2: a b, 3: c; a day lies between two of them. */
beforeEach(async () => {
  now = 1_700_000_000_000;
  store = new MemoryStore(clock);
  table = open();
  await table.create(SCHEMA);
  for (const name of ['a', 'b']) {
    now += DAY;
    await table.append([writtenFile(name)]);
  }
  now += DAY;
  await table.overwrite(SCHEMA, [], [writtenFile('c')]);
});

describe('VACUUM', () => {
  it('deletes what left the table before the retention, and says which versions go', async () => {
    expect(await vacuumTable(table.log)).toMatchObject({ version: null, filesRemoved: 0, versionsLost: [] });
    now += 8 * DAY;
    const report = await vacuumTable(table.log);
    expect(report).toMatchObject({
      version: 5,
      filesRemoved: 2,
      bytesRemoved: 2,
      versionsLost: [1, 2],
      paths: ['a', 'b'],
      rows: 0,
    });
    expect(await files()).toEqual(['c']);
    expect((await table.snapshot()).files.map(({ path }) => path)).toEqual(['c']);
    await expect(restoreTable(table.log, { version: 2 })).rejects.toMatchObject({ files: ['a', 'b'] });
    const again = await vacuumTable(table.log, { retentionHours: 0 });
    expect(again).toMatchObject({ version: null, filesRemoved: 0, versionsLost: [] });
  });

  it('goes into the history as Spark words it', async () => {
    await vacuumTable(table.log, { retentionHours: 0 });
    const [end, start] = await table.history();
    expect(start).toMatchObject({
      operation: 'VACUUM START',
      operationParameters: {
        retentionCheckEnabled: 'false',
        specifiedRetentionMillis: '0',
        defaultRetentionMillis: '604800000',
      },
      operationMetrics: { numFilesToDelete: '2', sizeOfDataToDelete: '2' },
    });
    expect(end).toMatchObject({
      operation: 'VACUUM END',
      operationParameters: { status: 'COMPLETED' },
      operationMetrics: { numDeletedFiles: '2', numVacuumedDirectories: '1' },
    });
  });

  it('says on a dry run what it would do, and does nothing', async () => {
    const report = await vacuumTable(table.log, { retentionHours: 0, dryRun: true });
    expect(report).toMatchObject({ version: null, filesRemoved: 2, versionsLost: [1, 2], paths: ['a', 'b'] });
    expect(await files()).toEqual(['a', 'b', 'c']);
    expect((await table.snapshot()).version).toBe(3);
  });

  it('keeps files that left the table within the retention', async () => {
    await table.overwrite(SCHEMA, [], [writtenFile('d')]);
    now += 12 * HOUR;
    await table.overwrite(SCHEMA, [], [writtenFile('e')]);
    const report = await vacuumTable(table.log, { retentionHours: 6 });
    expect(report).toMatchObject({ paths: ['a', 'b', 'c'], versionsLost: [1, 2, 3] });
    expect(await files()).toEqual(['d', 'e']);
    expect((await table.snapshot(4)).files.map(({ path }) => path)).toEqual(['d']);
  });

  it('takes the retention of the table, and refuses one that makes no sense', async () => {
    now += 8 * DAY;
    const { metadata, version } = await table.snapshot();
    const configuration = { 'delta.deletedFileRetentionDuration': 'interval 30 days' };
    await table.log.commit({
      readVersion: version,
      actions: [{ metaData: { ...metadata, configuration } }],
      reads: 'everything',
      defaults: { operation: 'SET TBLPROPERTIES', operationParameters: {} },
      options: {},
    });
    expect(await vacuumTable(table.log)).toMatchObject({ filesRemoved: 0 });
    for (const retentionHours of [-1, NaN]) {
      await expect(vacuumTable(table.log, { retentionHours })).rejects.toMatchObject({
        name: 'InvalidOptionError',
        message: expect.stringContaining('retentionHours'),
      });
    }
    expect(await vacuumTable(table.log, { retentionHours: 168 })).toMatchObject({ filesRemoved: 2 });
  });

  it('finds what killed writers left, by its age', async () => {
    await write('orphan-old');
    await write('_change_data/cdc-old');
    now += 8 * DAY;
    await write('orphan-young');
    await write('_hidden');
    await write('.hidden');
    await write('_folder/file');
    await write('day=x/orphan-deep');
    expect((await vacuumTable(table.log)).paths.sort()).toEqual([
      '_change_data/cdc-old',
      'a',
      'b',
      'orphan-old',
    ]);
    const report = await vacuumTable(table.log, { retentionHours: 0 });
    expect(report.paths.sort()).toEqual(['day=x/orphan-deep', 'orphan-young']);
    expect(await files()).toEqual(['.hidden', '_hidden', 'c']);
    expect(await store.size(`${PATH}/_folder/file`)).toBe(10);
    expect((await table.snapshot()).numRecords).toBe(1);
  });

  it('keeps what writers at work may have written, and what they may read', async () => {
    const writersSince = now + DAY;
    await write('orphan');
    now += 2 * DAY;
    await write('being-written');
    await table.overwrite(SCHEMA, [], [writtenFile('d')]);
    const report = await vacuumTable(table.log, { retentionHours: 0, writersSince });
    expect(report.paths).toEqual(['a', 'b', 'orphan']);
    expect(await files()).toEqual(['being-written', 'c', 'd']);
  });

  it('counts a version once, and not one that was lost before', async () => {
    await store.remove(`${PATH}/b`);
    expect(await vacuumTable(table.log, { retentionHours: 0 })).toMatchObject({
      paths: ['a'],
      versionsLost: [1],
    });
  });

  it('keeps a file that was restored', async () => {
    await restoreTable(table.log, { version: 1 });
    const report = await vacuumTable(table.log, { retentionHours: 0 });
    expect(report).toMatchObject({ paths: ['b', 'c'], versionsLost: [2, 3] });
    expect(await files()).toEqual(['a']);
    expect((await table.snapshot(4)).files.map(({ path }) => path)).toEqual(['a']);
  });

  it('knows from a checkpoint what left the table, when log clean-up has deleted the commits', async () => {
    for (let index = 0; index < 8; index += 1) await table.append([]);
    for (let version = 0; version < 10; version += 1)
      await store.remove(`${PATH}/_delta_log/${String(version).padStart(20, '0')}.json`);
    now += 5 * DAY;
    table = open();
    await table.overwrite(SCHEMA, [], [writtenFile('d')]);
    // "a" and "b" were written 7 and 6 days ago, and left the table 5 days ago.
    expect(await vacuumTable(table.log, { retentionHours: 5.5 * 24 })).toMatchObject({ paths: [] });
    const report = await vacuumTable(table.log, { retentionHours: 4.5 * 24 });
    expect(report).toMatchObject({ paths: ['a', 'b'], versionsLost: [] });
    const rest = await vacuumTable(table.log, { retentionHours: 0 });
    expect(rest).toMatchObject({ paths: ['c'], versionsLost: [10, 11] });
  });

  it('spares a file that is restored while it works', async () => {
    const commit = table.log.commit.bind(table.log);
    table.log.commit = async (step) => {
      const result = await commit(step);
      if (step.defaults.operation === 'VACUUM START') await restoreTable(open().log, { version: 1 });
      return result;
    };
    expect(await vacuumTable(table.log, { retentionHours: 0 })).toMatchObject({
      filesRemoved: 1,
      versionsLost: [2],
      paths: ['b'],
    });
    expect(await files()).toEqual(['a', 'c']);
    expect((await table.snapshot()).files.map(({ path }) => path)).toEqual(['a']);
  });

  it('leaves a valid table when it is killed, and goes on next time', async () => {
    let removals = 0;
    const remove = store.remove.bind(store);
    store.remove = async (path) => {
      if ((removals += 1) === 2) throw new Error('killed');
      return remove(path);
    };
    await expect(vacuumTable(table.log, { retentionHours: 0 })).rejects.toThrow('killed');
    store.remove = remove;
    expect((await table.history())[0]?.operationParameters).toEqual({ status: 'FAILED' });
    const reopened = open();
    expect((await reopened.snapshot()).files.map(({ path }) => path)).toEqual(['c']);
    expect((await vacuumTable(reopened.log, { retentionHours: 0 })).filesRemoved).toBe(1);
    expect(await files()).toEqual(['c']);
  });

  it('makes room when the storage is full', async () => {
    const putIfAbsent = store.putIfAbsent.bind(store);
    store.putIfAbsent = async (path, bytes) => {
      if ((await files()).length === 3) throw new StorageFullError(path, undefined);
      return putIfAbsent(path, bytes);
    };
    expect(await vacuumTable(table.log, { retentionHours: 0 })).toMatchObject({ filesRemoved: 2 });
    expect((await table.history())[0]?.operation).toBe('VACUUM END');
  });
});

describe('parseInterval', () => {
  it.each([
    ['interval 1 week', 7 * DAY],
    ['interval 30 days', 30 * DAY],
    ['INTERVAL 2 Days 12 hours', 60 * HOUR],
    ['1 day', DAY],
    ['interval 0 seconds', 0],
  ])('reads %j', (text, expected) => {
    expect(parseInterval(text, 'delta.x')).toBe(expected);
  });

  it.each(['interval 1 month', 'soon', '', 'interval', 'interval 3'])('refuses %j', (text) => {
    expect(() => parseInterval(text, 'delta.x')).toThrow(/Invalid delta.x: expected a duration/);
  });
});
