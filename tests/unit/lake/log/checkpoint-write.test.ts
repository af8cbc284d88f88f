import { parquetMetadata, parquetSchema } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeCheckpoint } from '../../../../workers/lake/log/checkpoint-decode.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import type { Action } from '../../../../workers/lake/types.ts';
import { loadParquet, testEnv, testTable, writtenFile } from '../fixtures.ts';
import { LOG, SCHEMA, checkpointPath, encodeText, entryPath, grownTable, pathsOf, reopen } from './logs.ts';

beforeAll(loadParquet);

const DAY = 86_400_000;
const namesIn = async (store: MemoryStore): Promise<string[]> =>
  (await store.list(LOG)).map(({ name }) => name).filter((name) => name.includes('checkpoint'));

async function checkpointActions(
  store: { read(path: string): Promise<Uint8Array> },
  version: number,
): Promise<Action[]> {
  const path = checkpointPath(version);
  return (await decodeCheckpoint(await store.read(path), path)).actions;
}

describe('writing checkpoints', () => {
  it('follows every tenth commit, the hint after the file', async () => {
    const store = new MemoryStore();
    await grownTable(21, { store });
    expect(await namesIn(store)).toEqual([
      '00000000000000000010.checkpoint.parquet',
      '00000000000000000020.checkpoint.parquet',
      '_last_checkpoint',
    ]);
    const hint = JSON.parse(new TextDecoder().decode(await store.read(`${LOG}/_last_checkpoint`)));
    const sizeInBytes = await store.size(checkpointPath(20));
    expect(hint).toEqual({ version: 20, size: 22, sizeInBytes, numOfAddFiles: 20 });
  });

  it('follows the interval that the table asks for', async () => {
    const store = new MemoryStore();
    await grownTable(7, { store, configuration: { 'delta.checkpointInterval': '3' } });
    expect(await namesIn(store)).toEqual([
      '00000000000000000003.checkpoint.parquet',
      '00000000000000000006.checkpoint.parquet',
      '_last_checkpoint',
    ]);
  });

  it('has the schema of the protocol: maps as MAP groups, snappy pages', async () => {
    const { store } = await grownTable(10);
    const bytes = await store.read(checkpointPath(10));
    const metadata = parquetMetadata(new Uint8Array(bytes).buffer);
    const [add, remove] = ['add', 'remove'].map((name) =>
      parquetSchema(metadata).children.find(({ element }) => element.name === name),
    );
    const names = (node: typeof add): string[] => node?.children.map(({ element }) => element.name) ?? [];
    expect(names(add)).toEqual([
      'path',
      'partitionValues',
      'size',
      'modificationTime',
      'dataChange',
      'stats',
      'tags',
    ]);
    expect(names(remove)).not.toContain('stats');
    const map = add?.children.find(({ element }) => element.name === 'partitionValues');
    expect(map?.element).toMatchObject({ converted_type: 'MAP' });
    expect(map?.children[0]?.element).toMatchObject({ name: 'key_value', repetition_type: 'REPEATED' });
    expect(map?.children[0]?.children.map(({ element }) => [element.name, element.repetition_type])).toEqual([
      ['key', 'REQUIRED'],
      ['value', 'OPTIONAL'],
    ]);
    expect(new Set(metadata.row_groups[0]?.columns.map(({ meta_data }) => meta_data?.codec))).toEqual(
      new Set(['SNAPPY']),
    );
  });

  it('holds protocol, metaData, the latest transactions, and live files with statistics and tags', async () => {
    const table = await grownTable(8);
    const file = writtenFile('tagged', 5, { region: 'süd' });
    file.add.tags = { sha256: 'abc' };
    await table.append([file], { txn: { appId: 'stream', version: 3 } });
    await table.append([writtenFile('last', 1, { region: null })], { txn: { appId: 'stream', version: 4 } });
    const actions = await checkpointActions(table.store, 10);
    expect(actions.filter((action) => 'commitInfo' in action)).toEqual([]);
    expect(actions[0]).toEqual({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } });
    expect(actions[1]).toEqual({ metaData: (await table.snapshot()).metadata });
    expect(actions.filter((action) => 'txn' in action)).toEqual([
      { txn: { appId: 'stream', version: 4, lastUpdated: expect.any(Number) } },
    ]);
    expect(actions).toContainEqual({ add: { ...file.add, dataChange: false } });
    expect(actions.filter((action) => 'add' in action)).toHaveLength(10);
  });

  it('writes feature lists only for protocols that have them', async () => {
    const table = testTable();
    await table.create(struct({ at: 'timestamp_ntz' }), {
      configuration: { 'delta.checkpointInterval': '1' },
    });
    await table.append([writtenFile('a')]);
    expect((await checkpointActions(table.store, 1))[0]).toEqual({
      protocol: {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ['timestampNtz'],
        writerFeatures: ['timestampNtz', 'appendOnly', 'invariants'],
      },
    });
  });

  it('keeps removed files until delta.deletedFileRetentionDuration has passed', async () => {
    let now = 1_700_000_000_000;
    const env = { ...testEnv(), clock: { now: () => now } };
    const configuration = {
      'delta.checkpointInterval': '2',
      'delta.deletedFileRetentionDuration': 'interval 2 days',
    };
    const table = await grownTable(1, { env, configuration });
    await table.overwrite(SCHEMA, ['region'], [writtenFile('new', 1, { region: null })]);
    const removesIn = async (version: number): Promise<string[]> =>
      (await checkpointActions(table.store, version)).flatMap((action) =>
        'remove' in action ? [action.remove.path] : [],
      );
    expect(await removesIn(2)).toEqual(['file-1']);
    now += DAY;
    // A checkpoint is all that is left of the removal, and hands it on.
    const again = reopen(table, env);
    for (const name of ['a', 'b']) await again.append([writtenFile(name, 1, { region: null })]);
    expect(await removesIn(4)).toEqual(['file-1']);
    now += DAY + 1;
    for (const name of ['c', 'd']) await again.append([writtenFile(name, 1, { region: null })]);
    expect(await removesIn(6)).toEqual([]);
  });

  it('keeps what another writer stored under a domain', async () => {
    const table = await grownTable(8);
    const domainMetadata = { domain: 'other.engine', configuration: '{"a":1}', removed: false };
    await table.store.publish(entryPath(9), encodeText(`${JSON.stringify({ domainMetadata })}\n`));
    await table.append([writtenFile('last', 1, { region: null })]);
    expect(await checkpointActions(table.store, 10)).toContainEqual({ domainMetadata });
  });

  it('never fails the commit: the warning says why, and the next one tries again', async () => {
    class FullStore extends MemoryStore {
      full = true;
      override async putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean> {
        if (this.full && path.includes('checkpoint')) throw new Error('the disk is full');
        return super.putIfAbsent(path, bytes);
      }
    }
    const store = new FullStore();
    const warnings: Error[] = [];
    const env = { ...testEnv(), onWarning: (warning: Error) => warnings.push(warning) };
    const table = await grownTable(10, { store, env });
    expect((await table.snapshot()).version).toBe(10);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/checkpoint of version 10 of lab.bronze.orders failed: the disk is full/),
    ]);
    store.full = false;
    for (let index = 0; index < 10; index += 1)
      await table.append([writtenFile(`more-${index}`, 1, { region: null })]);
    expect(await namesIn(store)).toEqual(['00000000000000000020.checkpoint.parquet', '_last_checkpoint']);
  });

  it('is harmless when two writers do it at once', async () => {
    const table = await grownTable(9);
    const [one, two] = [reopen(table), reopen(table)];
    await Promise.all(
      [one, two].map((writer, index) => writer.append([writtenFile(`w${index}`, 1, { region: null })])),
    );
    const fresh = reopen(table);
    expect((await fresh.snapshot()).version).toBe(11);
    expect(pathsOf(await fresh.snapshot())).toEqual(pathsOf(await one.snapshot()));
    expect(pathsOf(await fresh.snapshot())).toHaveLength(11);
  });
});
