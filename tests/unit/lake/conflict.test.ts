import { beforeEach, describe, expect, it } from 'vitest';
import { type ReadScope, requireNoConflict, scopeOf } from '../../../workers/lake/log/conflict.ts';
import { setProperties } from '../../../workers/lake/operations/properties.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import type { Action, AddFile } from '../../../workers/lake/types.ts';
import { REF, testEnv, testTable, writtenFile } from './fixtures.ts';
import { DeltaTable } from '../../../workers/lake/table.ts';

const add = (path: string, partition = 'eu', dataChange = true): Action => ({
  add: { ...writtenFile(path, 1, { region: partition }).add, dataChange },
});
const remove = (path: string, partition = 'eu', dataChange = true): Action => ({
  remove: { path, deletionTimestamp: 1, dataChange, partitionValues: { region: partition } },
});
const commitInfo = (isBlindAppend: boolean): Action => ({
  commitInfo: { timestamp: 1, operation: 'WRITE', isBlindAppend },
});
const metaData = { metaData: { id: 'x' } } as unknown as Action;
const protocol: Action = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
const txn = (appId: string): Action => ({ txn: { appId, version: 1 } });

type Reader = Partial<ReadScope>;

/** An append that looks at nothing. */
const blind: Reader = { reads: 'nothing' };
/** A rewrite of `mine` after a look at the files of region eu. */
const rewrite: Reader = {
  reads: ({ partitionValues }) => partitionValues.region === 'eu',
  removes: new Set(['mine']),
};
/** An overwrite of everything. */
const whole: Reader = { reads: 'everything', removes: new Set(['mine', 'other']) };
/** A rewrite without a change of rows (OPTIMIZE). */
const compaction: Reader = { reads: () => false, removes: new Set(['mine']) };
/** A change of metadata that looked at all rows (ADD CONSTRAINT). */
const check: Reader = { reads: 'everything' };
const restore: Reader = { reads: 'version' };
const loose = (reader: Reader): Reader => ({ ...reader, isolation: 'WriteSerializable' });

/** The name of the conflict with a commit that came first; `ok` for none. */
function outcome(reader: Reader, actions: Action[]): string {
  const scope: ReadScope = { table: 't', reads: 'nothing', removes: new Set(), appId: 'mine', ...reader };
  try {
    requireNoConflict(scope, { version: 7, actions });
    return 'ok';
  } catch (error) {
    expect((error as Error).message).toMatch(/^Commit to t lost against version 7: .*run it again\.$/);
    return (error as Error).name.replace(/Error$/, '');
  }
}

describe('a commit that came first', () => {
  it.each([
    ['metaData', [metaData], 'MetadataChanged', 'MetadataChanged', 'MetadataChanged'],
    ['protocol', [protocol], 'ProtocolChanged', 'ProtocolChanged', 'ProtocolChanged'],
    ['metaData after an add', [add('a'), metaData], 'MetadataChanged', 'MetadataChanged', 'MetadataChanged'],
    ['an add to what was read', [add('a')], 'ok', 'ConcurrentAppend', 'ConcurrentAppend'],
    ['an add elsewhere', [add('a', 'us')], 'ok', 'ok', 'ConcurrentAppend'],
    ['an add without a change of rows', [add('a', 'eu', false)], 'ok', 'ok', 'ok'],
    ['a remove of what was read', [remove('a')], 'ok', 'ConcurrentDeleteRead', 'ConcurrentDeleteRead'],
    ['a remove elsewhere', [remove('a', 'us')], 'ok', 'ok', 'ConcurrentDeleteRead'],
    [
      'a remove of what is removed',
      [remove('mine')],
      'ok',
      'ConcurrentDeleteDelete',
      'ConcurrentDeleteDelete',
    ],
    ['a rewrite of what was read', [remove('a', 'eu', false), add('b', 'eu', false)], 'ok', 'ok', 'ok'],
    [
      'a rewrite of what is removed',
      [remove('mine', 'eu', false), add('b', 'eu', false)],
      'ok',
      'ConcurrentDeleteDelete',
      'ConcurrentDeleteDelete',
    ],
    [
      'the same transaction',
      [txn('mine')],
      'ConcurrentTransaction',
      'ConcurrentTransaction',
      'ConcurrentTransaction',
    ],
    ['another transaction', [txn('other')], 'ok', 'ok', 'ok'],
    ['only words', [commitInfo(false)], 'ok', 'ok', 'ok'],
    [
      'a domain of another engine',
      [{ domainMetadata: { domain: 'd', configuration: '', removed: false } }],
      'ok',
      'ok',
      'ok',
    ],
  ] as [string, Action[], string, string, string][])(
    'with %s: append, rewrite, overwrite',
    (_, actions, append, change, overwrite) => {
      expect(outcome(blind, actions)).toBe(append);
      expect(outcome(rewrite, actions)).toBe(change);
      expect(outcome(whole, actions)).toBe(overwrite);
    },
  );

  it('is a conflict for a compaction only where it takes the same files', () => {
    expect(outcome(compaction, [add('a'), remove('b')])).toBe('ok');
    expect(outcome(compaction, [remove('mine')])).toBe('ConcurrentDeleteDelete');
    expect(outcome(compaction, [metaData])).toBe('MetadataChanged');
  });

  it('is a conflict for a change of metadata that looked at rows only where rows came or went', () => {
    expect(outcome(check, [add('a')])).toBe('ConcurrentAppend');
    expect(outcome(check, [remove('a', 'eu', false), add('b', 'eu', false)])).toBe('ok');
  });

  it('is always a conflict for RESTORE', () => {
    expect(outcome(restore, [commitInfo(false)])).toBe('ConcurrentWrite');
  });

  it('may be a blind append under WriteSerializable, and nothing more', () => {
    expect(outcome(rewrite, [commitInfo(true), add('a')])).toBe('ConcurrentAppend');
    expect(outcome(loose(rewrite), [commitInfo(true), add('a')])).toBe('ok');
    expect(outcome(loose(whole), [commitInfo(true), add('a')])).toBe('ok');
    expect(outcome(loose(rewrite), [commitInfo(false), add('a')])).toBe('ConcurrentAppend');
    expect(outcome(loose(rewrite), [add('a')])).toBe('ConcurrentAppend');
    expect(outcome(loose(rewrite), [commitInfo(true), remove('mine')])).toBe('ConcurrentDeleteDelete');
    expect(outcome(loose(rewrite), [commitInfo(true), metaData])).toBe('MetadataChanged');
  });

  it('is judged by the statistics of the removed file where it was known', () => {
    const known = [
      { ...writtenFile('small').add, stats: '1' },
      { ...writtenFile('large').add, stats: '9' },
    ];
    const reads = scopeOf(known as AddFile[], ({ stats }) => stats === undefined || stats === '1');
    expect(outcome({ reads }, [remove('small')])).toBe('ConcurrentDeleteRead');
    expect(outcome({ reads }, [remove('large')])).toBe('ok');
    expect(outcome({ reads }, [remove('never seen')])).toBe('ConcurrentDeleteRead');
  });

  it('is a conflict when it removed files and does not say of which partition', () => {
    const vague: Action = { remove: { path: 'a', deletionTimestamp: 1, dataChange: true } };
    expect(outcome(rewrite, [vague])).toBe('ConcurrentDeleteRead');
    expect(outcome(blind, [vague])).toBe('ok');
  });
});

describe('delta.isolationLevel', () => {
  const SCHEMA = struct({ id: 'long' });
  let table: DeltaTable;
  let other: DeltaTable;
  beforeEach(async () => {
    const store = new MemoryStore();
    table = testTable(store);
    other = new DeltaTable(store, REF, testEnv(1_800_000_000_000));
    await table.create(SCHEMA);
  });

  it.each([
    ['Serializable', false],
    ['WriteSerializable', true],
  ])('%s lets an append come before an overwrite: %s', async (level, passes) => {
    await setProperties(table.log, { 'delta.isolationLevel': level });
    const { version } = await table.snapshot();
    await other.append([writtenFile('late')]);
    const overwrite = table.log.commit({
      readVersion: version,
      actions: [{ add: writtenFile('new').add }],
      reads: 'everything',
      defaults: { operation: 'WRITE', operationParameters: {} },
      options: {},
    });
    if (passes) expect(await overwrite).toEqual({ version: version + 2, committed: true });
    else await expect(overwrite).rejects.toMatchObject({ name: 'ConcurrentAppendError' });
  });

  it('does not let an append come before a change of the schema that looked at all rows', async () => {
    await setProperties(table.log, { 'delta.isolationLevel': 'WriteSerializable' });
    const { version, metadata } = await table.snapshot();
    await other.append([writtenFile('late')]);
    const change = table.log.commit({
      readVersion: version,
      actions: [{ metaData: metadata }],
      reads: 'everything',
      defaults: { operation: 'CHANGE COLUMN', operationParameters: {} },
      options: {},
    });
    await expect(change).rejects.toMatchObject({ name: 'ConcurrentAppendError' });
  });
});

describe('a transaction', () => {
  it('is written once: behind a conflict, and after a writer that died before its commit', async () => {
    const store = new MemoryStore();
    const table = testTable(store);
    await table.create(struct({ id: 'long' }));
    const txn = { appId: 'stream', version: 1 };
    // Killed between its data file and its commit: the file is there, the transaction is not.
    await table.log.publishFiles([writtenFile('dead')]);
    const { version } = await table.snapshot();
    await setProperties(new DeltaTable(store, REF, testEnv()).log, { owner: 'rival' });
    const attempt = (file: string) =>
      table.log.commit({
        readVersion: version,
        actions: [{ add: writtenFile(file).add }],
        reads: 'nothing',
        defaults: { operation: 'WRITE', operationParameters: {} },
        options: { txn },
      });
    await expect(attempt('lost')).rejects.toMatchObject({ name: 'MetadataChangedError' });
    expect(await table.append([writtenFile('kept')], { txn })).toEqual({ version: 2, committed: true });
    expect(await table.append([writtenFile('again')], { txn })).toEqual({ version: 2, committed: false });
    expect(await table.append([writtenFile('next')], { txn: { ...txn, version: 2 } })).toMatchObject({
      version: 3,
    });
    expect((await table.snapshot()).files.map(({ path }) => path)).toEqual(['kept', 'next']);
  });
});
