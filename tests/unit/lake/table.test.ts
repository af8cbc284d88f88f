import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import type { FileStore } from '../../../workers/lake/types.ts';
import { PATH, testEnv, testTable, writtenFile } from './fixtures.ts';

const SCHEMA = struct({ id: 'long', name: 'string' });
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const commitFile = (version: number): string =>
  `${PATH}/_delta_log/${String(version).padStart(20, '0')}.json`;

async function lines(store: FileStore, version: number): Promise<Record<string, Record<string, unknown>>[]> {
  const text = new TextDecoder().decode(await store.read(commitFile(version)));
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('create', () => {
  it('writes commitInfo, protocol and metaData as the protocol spells them', async () => {
    const table = testTable();
    await table.create(SCHEMA, { partitionColumns: ['name'], configuration: { 'delta.appendOnly': 'true' } });
    const [info, protocol, metaData] = await lines(table.store, 0);
    expect(info?.commitInfo).toMatchObject({ operation: 'CREATE TABLE', engineInfo: 'Tarn/0.1.0' });
    expect(info?.commitInfo?.operationParameters).toMatchObject({ partitionBy: '["name"]' });
    expect(protocol).toEqual({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } });
    expect(metaData?.metaData).toMatchObject({
      name: 'orders',
      format: { provider: 'parquet', options: {} },
      partitionColumns: ['name'],
      configuration: { 'delta.appendOnly': 'true' },
    });
    expect(JSON.parse(String(metaData?.metaData?.schemaString))).toEqual({
      type: 'struct',
      fields: [
        { name: 'id', type: 'long', nullable: true, metadata: {} },
        { name: 'name', type: 'string', nullable: true, metadata: {} },
      ],
    });
  });

  it('asks for timestampNtz only where the schema has such a column', async () => {
    const table = testTable();
    await table.create(struct({ at: 'timestamp_ntz' }));
    const { protocol } = await table.snapshot();
    expect(protocol).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz'],
      writerFeatures: ['timestampNtz', 'appendOnly', 'invariants'],
    });
  });

  it('refuses a second time, and schemas other engines refuse', async () => {
    const table = testTable();
    await expect(table.snapshot()).rejects.toMatchObject({ name: 'TableNotFoundError' });
    expect(await table.exists()).toBe(false);
    await expect(table.create(struct({ 'a b': 'long' }))).rejects.toThrow(/Column name "a b"/);
    await expect(table.create(struct({ a: 'long', A: 'long' }))).rejects.toThrow(/Two columns are named A/);
    await expect(table.create(SCHEMA, { partitionColumns: ['x'] })).rejects.toThrow(
      /Partition column x is not in the schema/,
    );
    await expect(table.create(SCHEMA, { partitionColumns: ['id', 'name'] })).rejects.toThrow(
      /no partition column/,
    );
    await table.create(SCHEMA);
    await expect(table.create(SCHEMA)).rejects.toMatchObject({ name: 'TableExistsError' });
  });
});

describe('append and overwrite', () => {
  it('keeps every version readable', async () => {
    const table = testTable();
    await table.create(SCHEMA);
    await table.append([writtenFile('a', 2), writtenFile('b', 3)], { runId: 'run-1' });
    const result = await table.overwrite(SCHEMA, [], [writtenFile('c', 7)]);
    expect(result).toEqual({ version: 2, committed: true });
    const snapshot = await table.snapshot();
    expect(snapshot.files.map(({ path }) => path)).toEqual(['c']);
    expect(snapshot).toMatchObject({ version: 2, numRecords: 7, sizeInBytes: 1 });
    expect((await table.snapshot(1)).files.map(({ path }) => path)).toEqual(['a', 'b']);
    expect((await table.snapshot(0)).files).toEqual([]);
    await expect(table.snapshot(3)).rejects.toThrow(/has no version 3: expected 0 to 2/);
    const history = await table.history();
    expect(history.map(({ version, operation }) => [version, operation])).toEqual([
      [2, 'WRITE'],
      [1, 'WRITE'],
      [0, 'CREATE TABLE'],
    ]);
    expect(history[0]?.operationMetrics).toEqual({
      numFiles: '1',
      numOutputRows: '7',
      numOutputBytes: '1',
      numRemovedFiles: '2',
    });
    expect(history[1]?.userMetadata).toBe('{"runId":"run-1"}');
    expect(new TextDecoder().decode(await table.readFile(snapshot.files[0] ?? ({ path: '' } as never)))).toBe(
      'c',
    );
  });

  it('overwrites in one commit, with what a remove action needs', async () => {
    const table = testTable();
    await table.overwrite(SCHEMA, [], [writtenFile('a')]);
    await table.overwrite(struct({ id: 'long' }), [], [writtenFile('b')]);
    const actions = await lines(table.store, 1);
    expect(actions.map((action) => Object.keys(action)[0])).toEqual([
      'commitInfo',
      'metaData',
      'remove',
      'add',
    ]);
    expect(actions[2]?.remove).toEqual({
      path: 'a',
      deletionTimestamp: expect.any(Number),
      dataChange: true,
      extendedFileMetadata: true,
      partitionValues: {},
      size: 1,
    });
    const [before, after] = [await table.snapshot(0), await table.snapshot()];
    expect(after.metadata.id).toBe(before.metadata.id);
    expect(after.schema.fields).toHaveLength(1);
    await table.overwrite(struct({ id: 'long' }), [], []);
    expect((await lines(table.store, 2)).map((action) => Object.keys(action)[0])).toEqual([
      'commitInfo',
      'remove',
    ]);
    expect((await table.snapshot()).numRecords).toBe(0);
  });

  it('upgrades the protocol with the schema, and never lowers it', async () => {
    const table = testTable();
    await table.overwrite(SCHEMA, [], []);
    await table.overwrite(struct({ at: 'timestamp_ntz' }), [], []);
    expect((await table.snapshot()).protocol.minReaderVersion).toBe(3);
    await table.overwrite(SCHEMA, [], []);
    expect((await table.snapshot()).protocol.minReaderVersion).toBe(3);
  });

  it('keeps the rules of the table', async () => {
    const table = testTable();
    await table.create(SCHEMA, { partitionColumns: ['name'], configuration: { 'delta.appendOnly': 'true' } });
    await expect(table.append([writtenFile('a')])).rejects.toThrow(
      /partition values for \(\); the table is partitioned by \(name\)/,
    );
    await table.append([writtenFile('a', 1, { name: null })]);
    await expect(table.overwrite(SCHEMA, ['name'], [])).rejects.toThrow(/append-only/);
  });

  it('commits a transaction once', async () => {
    const table = testTable();
    await table.create(SCHEMA);
    const txn = { appId: 'load', version: 4 };
    expect(await table.append([writtenFile('a')], { txn })).toEqual({ version: 1, committed: true });
    expect(await table.append([writtenFile('b')], { txn })).toEqual({ version: 1, committed: false });
    expect(await table.overwrite(SCHEMA, [], [], { txn: { ...txn, version: 3 } })).toEqual({
      version: 1,
      committed: false,
    });
    expect((await table.snapshot()).files).toHaveLength(1);
    expect(await table.append([writtenFile('b')], { txn: { ...txn, version: 5 } })).toEqual({
      version: 2,
      committed: true,
    });
  });

  it('deletes files that will not be committed', async () => {
    const store = new MemoryStore();
    const table = testTable(store);
    await store.publish(`${PATH}/a`, encode('x'));
    await table.discard([writtenFile('a')]);
    expect(await store.list(PATH)).toEqual([]);
  });
});

describe('two writers', () => {
  it('lose no append, and leave no gap', async () => {
    const store = new MemoryStore();
    const writers = [0, 1, 2, 3].map(() => testTable(store));
    await writers[0]?.create(SCHEMA);
    const append = async (writer: number): Promise<void> => {
      for (let round = 0; round < 25; round += 1)
        await writers[writer]?.append([writtenFile(`w${writer}-${round}`)]);
    };
    await Promise.all([0, 1, 2, 3].map(append));
    const snapshot = await testTable(store).snapshot();
    expect(snapshot).toMatchObject({ version: 100, numRecords: 100 });
    expect(new Set(snapshot.files.map(({ path }) => path)).size).toBe(100);
    expect(await writers[2]?.snapshot()).toEqual(snapshot);
    expect(await store.list(`${PATH}/_delta_log`)).toHaveLength(101);
  });

  async function race(
    first: (t: ReturnType<typeof testTable>) => Promise<unknown>,
    second: typeof first,
  ): Promise<unknown> {
    const store = new MemoryStore();
    await testTable(store).overwrite(SCHEMA, [], [writtenFile('base')]);
    const loser = testTable(new Overtaken(store, () => first(testTable(store))));
    return second(loser);
  }

  /** A store on which another writer commits just before our own commit. */
  class Overtaken extends MemoryStore {
    #overtake: (() => Promise<unknown>) | undefined;

    constructor(
      private readonly inner: MemoryStore,
      overtake: () => Promise<unknown>,
    ) {
      super();
      this.#overtake = overtake;
    }

    override read = (path: string): Promise<Uint8Array> => this.inner.read(path);
    override size = (path: string): Promise<number | undefined> => this.inner.size(path);
    override list = (folder: string): ReturnType<MemoryStore['list']> => this.inner.list(folder);
    override publish = (path: string, bytes: Uint8Array): Promise<void> => this.inner.publish(path, bytes);
    override async putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean> {
      const overtake = this.#overtake;
      this.#overtake = undefined;
      await overtake?.();
      return this.inner.putIfAbsent(path, bytes);
    }
  }

  it('let an append go behind an append and behind an overwrite of the same schema', async () => {
    expect(
      await race(
        (t) => t.append([writtenFile('a')]),
        (t) => t.append([writtenFile('b')]),
      ),
    ).toEqual({ version: 2, committed: true });
    expect(
      await race(
        (t) => t.overwrite(SCHEMA, [], []),
        (t) => t.append([writtenFile('b')]),
      ),
    ).toEqual({ version: 2, committed: true });
  });

  it('stop an append when the schema changed, and an overwrite when rows came or went', async () => {
    const other = struct({ id: 'long' });
    await expect(
      race(
        (t) => t.overwrite(other, [], []),
        (t) => t.append([writtenFile('b')]),
      ),
    ).rejects.toMatchObject({
      name: 'MetadataChangedError',
      version: 1,
    });
    await expect(
      race(
        (t) => t.append([writtenFile('a')]),
        (t) => t.overwrite(SCHEMA, [], []),
      ),
    ).rejects.toMatchObject({
      name: 'ConcurrentAppendError',
    });
    await expect(
      race(
        (t) => t.overwrite(SCHEMA, [], []),
        (t) => t.overwrite(SCHEMA, [], []),
      ),
    ).rejects.toMatchObject({
      name: 'ConcurrentDeleteDeleteError',
    });
  });

  it('agree on a transaction', async () => {
    const txn = { appId: 'load', version: 1 };
    const both = (t: ReturnType<typeof testTable>): Promise<unknown> => t.append([writtenFile('a')], { txn });
    expect(await race(both, both)).toEqual({ version: 1, committed: false });
    const older = (t: ReturnType<typeof testTable>): Promise<unknown> =>
      t.append([writtenFile('b')], { txn: { appId: 'load', version: 2 } });
    await expect(race(both, older)).rejects.toMatchObject({ name: 'ConcurrentTransactionError' });
  });

  it('both make the table: one creates it, the other overwrites it', async () => {
    const store = new MemoryStore();
    const [a, b] = [testTable(store), testTable(store)];
    const results = await Promise.all([
      a.overwrite(SCHEMA, [], [writtenFile('a')]),
      b.overwrite(SCHEMA, [], [writtenFile('b')]),
    ]);
    expect(results.map(({ version }) => version).sort()).toEqual([0, 1]);
    expect((await a.snapshot()).files).toHaveLength(1);
  });
});

describe('a damaged log', () => {
  it.each([
    ['empty', ''],
    ['cut off', '{"commitInfo":{"timestamp":1,"operation":"WRITE"}}\n{"add":{"path":"b","parti'],
  ])('treats an %s last commit as not there, and the next writer takes its place', async (_, torn) => {
    const store = new MemoryStore();
    const table = testTable(store);
    await table.overwrite(SCHEMA, [], [writtenFile('a')]);
    await store.publish(commitFile(1), encode(torn));
    for (const reader of [table, testTable(store)]) expect((await reader.snapshot()).version).toBe(0);
    expect(await testTable(store).append([writtenFile('b')])).toEqual({ version: 1, committed: true });
    expect((await table.snapshot()).files.map(({ path }) => path)).toEqual(['a', 'b']);
  });

  it('is refused when versions are missing or broken in the middle', async () => {
    const store = new MemoryStore();
    const table = testTable(store);
    for (const name of ['a', 'b', 'c']) await table.overwrite(SCHEMA, [], [writtenFile(name)]);
    await store.publish(commitFile(1), encode('{"add":'));
    await expect(testTable(store).snapshot()).rejects.toMatchObject({ name: 'LogError' });
    await store.remove(commitFile(1));
    await expect(testTable(store).snapshot()).rejects.toThrow(/has no version 1, but has version 2/);
    await store.remove(commitFile(0));
    await expect(testTable(store).snapshot()).rejects.toThrow(/first commits are gone/);
  });
});

describe('tables of other writers', () => {
  const first = (protocol: object, metaData: object = {}): string =>
    [
      { commitInfo: { timestamp: 5, operation: 'CREATE TABLE', unknown: 1 }, more: 1 },
      { protocol },
      {
        metaData: {
          id: 'x',
          format: { provider: 'parquet', options: {} },
          schemaString: '{"type":"struct","fields":[]}',
          partitionColumns: [],
          configuration: {},
          ...metaData,
        },
      },
      { somethingNew: { a: 1 } },
    ]
      .map((action) => JSON.stringify(action))
      .join('\n');

  async function tableFrom(...commits: string[]): Promise<ReturnType<typeof testTable>> {
    const store = new MemoryStore();
    for (const [version, text] of commits.entries()) await store.publish(commitFile(version), encode(text));
    return testTable(store);
  }

  it('are read, unknown actions and keys ignored, without a line end at the end', async () => {
    const table = await tableFrom(first({ minReaderVersion: 1, minWriterVersion: 2 }));
    expect(await table.snapshot()).toMatchObject({ version: 0, timestamp: 5, numRecords: 0 });
  });

  it.each([
    [{ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['typeWidening'] }, {}, 'typeWidening'],
    [{ minReaderVersion: 4, minWriterVersion: 7 }, {}, 'reader version 4'],
    [
      { minReaderVersion: 2, minWriterVersion: 5 },
      { configuration: { 'delta.columnMapping.mode': 'name' } },
      'columnMapping (name)',
    ],
  ])('are refused by the name of the feature: %j', async (protocol, metaData, feature) => {
    const table = await tableFrom(first(protocol, metaData));
    await expect(table.snapshot()).rejects.toMatchObject({ name: 'UnsupportedFeatureError', feature });
  });

  it('are refused with deletion vectors', async () => {
    const add = {
      path: 'a%20b',
      partitionValues: {},
      size: 1,
      modificationTime: 1,
      dataChange: true,
      deletionVector: {},
    };
    const table = await tableFrom(
      first({ minReaderVersion: 1, minWriterVersion: 2 }),
      JSON.stringify({ add }),
    );
    await expect(table.snapshot()).rejects.toMatchObject({ feature: 'deletionVectors' });
  });

  it('are not written to where a rule could not be kept', async () => {
    for (const protocol of [
      { minReaderVersion: 1, minWriterVersion: 8 },
      { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['rowTracking'] },
    ]) {
      const table = await tableFrom(first(protocol));
      await expect(table.append([])).rejects.toMatchObject({ name: 'UnsupportedFeatureError' });
    }
  });

  it('match a remove with its add by the decoded path', async () => {
    const add = { path: 'a%20b', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true };
    const remove = { path: 'a b', dataChange: true, deletionTimestamp: 1 };
    const protocol = first({ minReaderVersion: 1, minWriterVersion: 2 });
    const table = await tableFrom(protocol, JSON.stringify({ add }), JSON.stringify({ remove }));
    expect((await table.snapshot(1)).files).toHaveLength(1);
    expect((await table.snapshot()).files).toHaveLength(0);
    expect((await table.snapshot(1)).numRecords).toBeUndefined();
  });
});

describe('reading again', () => {
  it('reads only the commits that are new', async () => {
    const store = new MemoryStore();
    const read: string[] = [];
    const counting = Object.assign(Object.create(store) as MemoryStore, {});
    Object.defineProperty(counting, 'read', { value: (path: string) => (read.push(path), store.read(path)) });
    for (const method of ['size', 'list', 'publish', 'putIfAbsent', 'remove', 'removeFolder'] as const) {
      Object.defineProperty(counting, method, { value: (store[method] as () => unknown).bind(store) });
    }
    const writer = testTable(store, testEnv());
    await writer.create(SCHEMA);
    const reader = testTable(counting);
    const before = await reader.snapshot();
    await writer.append([writtenFile('a')]);
    read.length = 0;
    const after = await reader.snapshot();
    expect(read).toEqual([commitFile(1)]);
    expect([before.files.length, after.files.length]).toEqual([0, 1]);
    expect(await reader.snapshot()).toBe(after);
    expect(read).toHaveLength(1);
  });
});
