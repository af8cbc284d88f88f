import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CheckReport, checkTable } from '../../../../workers/lake/operations/check.ts';
import { repairTable } from '../../../../workers/lake/operations/repair.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import type { AddFile, Repair, RowEngine } from '../../../../workers/lake/types.ts';
import { PATH, loadParquet } from '../fixtures.ts';
import { openRowEngine } from '../row-engine.ts';
import { LabTable } from './lab-table.ts';

const SCHEMA = struct({ id: 'long', name: 'string' });
const select = (from: number, to: number): string =>
  `SELECT i AS id, 'name ' || i AS name FROM range(${from}, ${to}) t(i)`;

let rows: RowEngine;
let orders: LabTable;
let files: AddFile[];

beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

/** Version 1: ids 0 to 9; 2: to 29; 3: to 59. One file each. */
beforeEach(async () => {
  orders = await LabTable.create(rows, SCHEMA);
  for (const [from, to] of [
    [0, 10],
    [10, 30],
    [30, 60],
  ] as const)
    await orders.append(select(from, to));
  files = await orders.files();
});

const check = (table = orders): Promise<CheckReport> => checkTable(table.log, { codec: table.codec });
const repair = (chosen: Pick<Repair, 'kind' | 'version'>, table = orders) =>
  repairTable(table.log, chosen, { codec: table.codec });
const pathOf = (index: number): string => `${PATH}/${files[index]?.path}`;

/** Changes one byte in the middle of a file. */
async function damage(index: number): Promise<void> {
  const bytes = await orders.store.read(pathOf(index));
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
  await orders.store.publish(pathOf(index), bytes);
}

/** The table as another engine wrote it: without checksums, and with other statistics if told. */
async function rewriteAdds(change: (add: AddFile) => AddFile): Promise<void> {
  const { version } = await orders.table.snapshot();
  await orders.log.commit({
    readVersion: version,
    actions: files.map((add) => ({ add: { ...change(add), tags: undefined } })),
    reads: 'everything',
    defaults: { operation: 'WRITE', operationParameters: {} },
    options: {},
  });
}

describe('checkTable', () => {
  it('reads every live file and finds nothing', async () => {
    const bytesChecked = files.reduce((sum, { size }) => sum + size, 0);
    expect(await check()).toEqual({ filesChecked: 3, bytesChecked, problem: null });
  });

  it('says which files are missing or damaged, and what mends it', async () => {
    await orders.store.remove(pathOf(1));
    await damage(2);
    const { problem, filesChecked } = await check();
    expect(filesChecked).toBe(3);
    expect(problem).toMatchObject({ kind: 'data', readable: false });
    expect(problem?.message).toMatch(/^2 of the 3 data files of lab\.bronze\.orders cannot be read: /);
    expect(problem?.message).toContain(`${files[1]?.path} (it is missing)`);
    expect(problem?.message).toContain(`${files[2]?.path} (its content has changed (SHA-256))`);
    expect(problem?.repairs).toEqual([
      { kind: 'forgetFiles', version: null, explain: expect.stringContaining('their 50 rows are lost') },
      { kind: 'restore', version: 1, explain: expect.stringContaining('version 1 of 2023-11-14') },
    ]);
  });

  it('sees what has another size, no footer, or other rows than the log says', async () => {
    await orders.store.publish(pathOf(0), (await orders.store.read(pathOf(0))).subarray(0, 100));
    expect((await check()).problem?.message).toContain(`it has 100 bytes instead of ${files[0]?.size}`);
    await orders.store.publish(pathOf(0), new Uint8Array(files[0]?.size ?? 0));
    await rewriteAdds((add) => add);
    expect((await check()).problem?.message).toContain('no readable Parquet footer');
    await rewriteAdds((add) => ({ ...add, stats: '{"numRecords":20}' }));
    expect((await check()).problem?.message).toContain('it has 30 rows instead of 20');
  });

  it('decodes files of writers that leave no checksum', async () => {
    await rewriteAdds((add) => add);
    expect((await check()).problem).toBeNull();
    const bytes = await orders.store.read(pathOf(2));
    bytes.fill(0xee, 4, 60);
    await orders.store.publish(pathOf(2), bytes);
    expect((await check()).problem?.message).toContain('its pages cannot be read');
  });

  it('offers no version that has damaged files itself, and none where there is none', async () => {
    await orders.table.overwrite(SCHEMA, [], await orders.write(select(100, 110)));
    await orders.table.overwrite(SCHEMA, [], await orders.write(select(200, 210)));
    const live = await orders.files();
    await orders.store.remove(`${PATH}/${live[0]?.path}`);
    const former = (await orders.table.snapshot(4)).files;
    await orders.store.remove(`${PATH}/${former[0]?.path}`);
    await damage(1);
    expect((await check()).problem?.repairs[1]).toMatchObject({ kind: 'restore', version: 1 });
    await orders.store.remove(pathOf(0));
    expect((await check()).problem?.repairs.map(({ kind }) => kind)).toEqual(['forgetFiles']);
  });

  it('tells of a broken log before it looks at files', async () => {
    await orders.store.remove(`${PATH}/_delta_log/00000000000000000002.json`);
    const reopened = orders.other();
    const { problem, filesChecked } = await check(reopened);
    expect(filesChecked).toBe(0);
    expect(problem).toMatchObject({
      kind: 'log',
      readable: false,
      repairs: [{ kind: 'truncateLog', version: 1 }],
    });
  });

  it('can be cancelled', async () => {
    const abort = new AbortController();
    const progress = {
      signal: abort.signal,
      expect: () => undefined,
      advance: () => abort.signal.throwIfAborted(),
    };
    abort.abort();
    await expect(checkTable(orders.log, { codec: orders.codec, progress })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('repairTable', () => {
  it('forgets damaged files in a commit, and keeps all other rows', async () => {
    await orders.store.remove(pathOf(0));
    await damage(2);
    const report = await repair({ kind: 'forgetFiles', version: null });
    expect(report).toMatchObject({ version: 4, filesRemoved: 2, rows: -40 });
    expect(report.paths).toEqual([files[0]?.path, files[2]?.path]);
    expect(await orders.read()).toHaveLength(20);
    expect((await check()).problem).toBeNull();
    const { kinds, ...info } = await orders.lastCommit();
    expect(kinds).toEqual(['remove', 'remove']);
    expect(info).toMatchObject({
      operation: 'FSCK REPAIR TABLE',
      operationMetrics: { numFilesScanned: '3', numRemovedFiles: '2', numMissingFiles: '1' },
    });
    expect(await repair({ kind: 'forgetFiles', version: null })).toMatchObject({
      version: null,
      filesRemoved: 0,
    });
  });

  it('restores the version it offered', async () => {
    await damage(2);
    const [, offered] = (await check()).problem?.repairs ?? [];
    expect(offered).toMatchObject({ kind: 'restore', version: 2 });
    expect(await repair(offered ?? { kind: 'restore', version: null })).toMatchObject({
      version: 4,
      rows: -30,
    });
    expect(await orders.read()).toHaveLength(30);
    expect((await check()).problem).toBeNull();
  });

  it('cuts a broken log', async () => {
    await orders.store.remove(`${PATH}/_delta_log/00000000000000000002.json`);
    const reopened = orders.other();
    const [offered] = (await check(reopened)).problem?.repairs ?? [];
    await repair(offered ?? { kind: 'truncateLog', version: null }, reopened);
    expect((await check(reopened)).problem).toBeNull();
    expect(await reopened.read()).toHaveLength(10);
    await reopened.append(select(10, 11));
    expect(await reopened.read()).toHaveLength(11);
  });

  it('asks for the version to go back to', async () => {
    for (const kind of ['restore', 'truncateLog'] as const)
      await expect(repair({ kind, version: null })).rejects.toMatchObject({ name: 'InvalidOptionError' });
  });

  it('forgets files of an append-only table too', async () => {
    orders = await LabTable.create(rows, SCHEMA, { configuration: { 'delta.appendOnly': 'true' } });
    await orders.append(select(0, 10));
    await orders.append(select(10, 30));
    files = await orders.files();
    await damage(1);
    const { problem } = await check();
    expect(problem?.repairs.map(({ kind }) => kind)).toEqual(['forgetFiles']);
    expect(await repair({ kind: 'forgetFiles', version: null })).toMatchObject({ rows: -20 });
    expect(await orders.read()).toHaveLength(10);
  });
});
