import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DiffOptions, type DiffReport, diffVersions } from '../../../../workers/lake/operations/diff.ts';
import { readIpc } from '../../../../workers/lake/parquet/ipc.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import type { RowEngine, StructType } from '../../../../workers/lake/types.ts';
import { PATH, loadParquet } from '../fixtures.ts';
import { openRowEngine } from '../row-engine.ts';
import { LabTable } from './lab-table.ts';

const SCHEMA = struct({ id: 'long', name: 'string' });

let rows: RowEngine;
let orders: LabTable;

beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

beforeEach(async () => {
  orders = await LabTable.create(rows, SCHEMA);
});

const values = (text: string): string => `SELECT id::BIGINT AS id, name FROM (VALUES ${text}) t(id, name)`;
const overwrite = async (sql: string, schema: StructType = SCHEMA): Promise<unknown> =>
  orders.table.overwrite(schema, [], await orders.write(sql, schema));
const diff = (from: number, to: number, options?: DiffOptions): Promise<DiffReport> =>
  diffVersions(orders.log, orders.ports, { from, to }, options);

/** `added 1 a`. */
function linesOf({ ipc, numRows }: DiffReport): string[] {
  const table = readIpc(ipc);
  expect(table.numRows).toBe(numRows);
  return table.toArray().map((row) =>
    Object.values(row?.toJSON() ?? {})
      .map(String)
      .join(' '),
  );
}

describe('diff of whole rows', () => {
  it('counts each row as often as it occurs, and takes NULL for NULL', async () => {
    await overwrite(values(`(1, 'a'), (1, 'a'), (2, NULL), (NULL, NULL), (3, 'c')`));
    await overwrite(values(`(1, 'a'), (2, NULL), (NULL, NULL), (NULL, NULL), (3, 'd')`));
    const report = await diff(1, 2);
    expect(report).toMatchObject({ added: 2, removed: 2, changed: 0, numRows: 4 });
    expect(linesOf(report).sort()).toEqual(['added 3 d', 'added null null', 'removed 1 a', 'removed 3 c']);
    expect(linesOf(await diff(2, 1)).sort()).toEqual([
      'added 1 a',
      'added 3 c',
      'removed 3 d',
      'removed null null',
    ]);
    expect(report.columns).toEqual([
      { name: '_change', type: 'VARCHAR' },
      { name: 'id', type: 'BIGINT' },
      { name: 'name', type: 'VARCHAR' },
    ]);
  });

  it('reads only files that one of the versions has alone', async () => {
    await orders.append(values(`(1, 'a')`));
    await orders.append(values(`(2, 'b')`));
    await orders.append(values(`(3, 'c')`));
    const decoded: string[] = [];
    const decode = orders.codec.decode.bind(orders.codec);
    orders.codec.decode = (job, signal) => {
      decoded.push(job.add.path);
      return decode(job, signal);
    };
    expect(linesOf(await diff(2, 3))).toEqual(['added 3 c']);
    const [, , third] = await orders.files();
    expect(decoded).toEqual([third?.path]);
  });

  it('finds nothing where nothing differs, and still knows the columns', async () => {
    await orders.append(values(`(1, 'a')`));
    await overwrite(values(`(1, 'a')`));
    for (const [from, to] of [
      [1, 2],
      [1, 1],
    ] as const) {
      const report = await diff(from, to);
      expect(report).toMatchObject({ added: 0, removed: 0, changed: 0, numRows: 0 });
      expect(readIpc(report.ipc).schema.fields.map(({ name }) => name)).toEqual(['_change', 'id', 'name']);
    }
  });

  it('answers the first rows only', async () => {
    await overwrite('SELECT i % 10 AS id, NULL::VARCHAR AS name FROM range(1000) t(i)');
    const report = await diff(0, 1, { limit: 150 });
    expect(report).toMatchObject({ added: 1000, removed: 0, numRows: 150 });
    expect(linesOf(report).filter((line) => line === 'added 0 null')).toHaveLength(100);
    expect((await diff(0, 1)).numRows).toBe(200);
  });

  it('takes a column that one version lacks for NULL, and a changed type for the wider', async () => {
    await overwrite(`SELECT 1::INTEGER AS id, 'a' AS gone`, struct({ id: 'integer', gone: 'string' }));
    const wider = struct({ id: 'long', fresh: 'double' });
    await overwrite('SELECT 1::BIGINT AS id, NULL::DOUBLE AS fresh', wider);
    const report = await diff(1, 2);
    expect(report.columns).toEqual([
      { name: '_change', type: 'VARCHAR' },
      { name: 'id', type: 'BIGINT' },
      { name: 'fresh', type: 'DOUBLE' },
      { name: 'gone', type: 'VARCHAR' },
    ]);
    expect(linesOf(report).sort()).toEqual(['added 1 null null', 'removed 1 null a']);
    await overwrite(`SELECT '1' AS id, NULL::DOUBLE AS fresh`, struct({ id: 'string', fresh: 'double' }));
    expect(await diff(2, 3)).toMatchObject({ added: 0, removed: 0 });
  });
});

describe('diff by key', () => {
  it('tells changed rows from added and removed ones, and shows both states of them', async () => {
    await overwrite(values(`(1, 'a'), (2, 'b'), (3, NULL), (4, NULL), (NULL, 'n')`));
    await overwrite(values(`(1, 'a'), (2, 'B'), (3, 'c'), (5, 'e'), (NULL, 'N')`));
    const report = await diff(1, 2, { key: ['id'] });
    expect(report).toMatchObject({ added: 1, removed: 1, changed: 3, numRows: 8 });
    expect(linesOf(report)).toEqual([
      'before 2 b',
      'after 2 B',
      'before 3 null',
      'after 3 c',
      'removed 4 null',
      'added 5 e',
      'before null n',
      'after null N',
    ]);
  });

  it('never shows half of a change', async () => {
    await overwrite('SELECT i AS id, NULL::VARCHAR AS name FROM range(100) t(i)');
    await overwrite(`SELECT i AS id, 'x' AS name FROM range(100) t(i)`);
    expect(linesOf(await diff(1, 2, { key: ['id'], limit: 5 }))).toEqual([
      'before 0 null',
      'after 0 x',
      'before 1 null',
      'after 1 x',
    ]);
  });

  it('takes several columns', async () => {
    await overwrite(values(`(1, 'a'), (1, 'b')`));
    await overwrite(values(`(1, 'b'), (1, 'c')`));
    const report = await diff(1, 2, { key: ['id', 'name'] });
    expect(report).toMatchObject({ added: 1, removed: 1, changed: 0 });
    expect(linesOf(report)).toEqual(['removed 1 a', 'added 1 c']);
  });

  it('refuses a key that is not unique, and versions whose files are gone', async () => {
    await overwrite(values(`(1, 'a'), (2, 'b')`));
    await overwrite(values(`(1, 'a'), (1, 'b')`));
    await expect(diff(1, 2, { key: ['id'] })).rejects.toMatchObject({
      name: 'DuplicateKeyError',
      message: expect.stringMatching(/key \(id\) is not unique in version 2 .* several rows have \(1\)/),
    });
    await expect(diff(1, 2, { key: ['none'] })).rejects.toMatchObject({ name: 'InvalidOptionError' });
    const [file] = await orders.files();
    await orders.store.remove(`${PATH}/${file?.path}`);
    await expect(diff(1, 2)).rejects.toMatchObject({ name: 'MissingFilesError', files: [file?.path] });
    await expect(diff(1, 9)).rejects.toMatchObject({ name: 'VersionNotFoundError' });
  });
});
