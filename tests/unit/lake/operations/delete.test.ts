import { beforeAll, describe, expect, it } from 'vitest';
import { deleteWhere } from '../../../../workers/lake/operations/delete.ts';
import { field, struct } from '../../../../workers/lake/schema/schema.ts';
import type { RowEngine } from '../../../../workers/lake/types.ts';
import { loadParquet } from '../fixtures.ts';
import { openRowEngine } from '../row-engine.ts';
import { LabTable, once, watchPorts } from './lab-table.ts';

const SCHEMA = struct({ id: 'long', name: 'string', day: 'date' });

let rows: RowEngine;
beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

/** Two days, two files each, ids 0 to 7; id 3 has no name. */
async function ordersByDay(configuration: Record<string, string> = {}): Promise<LabTable> {
  const orders = await LabTable.create(rows, SCHEMA, { partitionColumns: ['day'], configuration });
  const part = (from: number, day: string) =>
    `SELECT i AS id, CASE WHEN i <> 3 THEN 'n' || i END AS name, DATE '${day}' AS day FROM range(${from}, ${from + 2}) t(i)`;
  for (const [from, day] of [
    [0, '2025-01-01'],
    [2, '2025-01-01'],
    [4, '2025-01-02'],
    [6, '2025-01-02'],
  ] as const)
    await orders.append(part(from, day));
  return orders;
}

const ids = async (orders: LabTable) =>
  (await orders.read()).map((line) => Number(line.split('|')[0])).sort((a, b) => a - b);

describe('deleteWhere', () => {
  it('rewrites only the files that hold such rows, in one commit', async () => {
    const orders = await ordersByDay();
    const before = (await orders.files()).map(({ path }) => path);
    const report = await deleteWhere(orders.log, orders.ports, 'id = 2 OR id = 7');
    expect(report).toMatchObject({ version: 5, rows: -2, filesAdded: 2, filesRemoved: 2 });
    expect(await orders.read()).toEqual([
      '0|n0|2025-01-01',
      '1|n1|2025-01-01',
      '3|null|2025-01-01',
      '4|n4|2025-01-02',
      '5|n5|2025-01-02',
      '6|n6|2025-01-02',
    ]);
    const after = (await orders.files()).map(({ path }) => path);
    expect(after).toEqual(expect.arrayContaining([before[0], before[2]]));
    expect(await orders.read(4)).toHaveLength(8);
    const { kinds, ...info } = await orders.lastCommit();
    expect(kinds).toEqual(['remove', 'remove', 'add', 'add']);
    expect(info).toMatchObject({
      operation: 'DELETE',
      operationParameters: { predicate: '["id = 2 OR id = 7"]' },
      operationMetrics: {
        numDeletedRows: '2',
        numCopiedRows: '2',
        numRemovedFiles: '2',
        numAddedFiles: '2',
      },
      isBlindAppend: false,
      readVersion: 4,
    });
  });

  it('keeps rows of which the condition is NULL', async () => {
    const orders = await ordersByDay();
    await deleteWhere(orders.log, orders.ports, "name <> 'n2'");
    expect(await ids(orders)).toEqual([2, 3]);
    await deleteWhere(orders.log, orders.ports, 'name IS NULL');
    expect(await ids(orders)).toEqual([2]);
  });

  it('only removes files of which every row goes', async () => {
    const orders = await ordersByDay();
    const report = await deleteWhere(orders.log, orders.ports, 'id >= 6');
    expect(report).toMatchObject({ filesAdded: 0, filesRemoved: 1, rows: -2 });
    expect((await orders.lastCommit()).kinds).toEqual(['remove']);
    expect(await ids(orders)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('reads no file for a condition on partition columns, however it is said', async () => {
    const orders = await ordersByDay();
    const ports = watchPorts(orders.ports, {
      decode: () => {
        throw new Error('A file was read.');
      },
    });
    const report = await deleteWhere(orders.log, ports, "date_trunc('month', day) = day OR 'x' = day::text");
    expect(report).toMatchObject({ version: 5, filesRemoved: 2, filesAdded: 0, rows: -4 });
    expect((await orders.lastCommit()).kinds).toEqual(['remove', 'remove']);
    expect(await ids(orders)).toEqual([4, 5, 6, 7]);
    await expect(deleteWhere(orders.log, ports, 'length(name) > 9')).rejects.toThrow('A file was read.');
  });

  it('passes over files whose statistics leave no room for such rows', async () => {
    const orders = await ordersByDay();
    const read: string[] = [];
    const ports = watchPorts(orders.ports, { decode: ({ add }) => void read.push(add.path) });
    await deleteWhere(orders.log, ports, 'id = 4');
    expect(read).toHaveLength(1);
  });

  it('commits nothing when no row meets the condition, and nothing in a dry run', async () => {
    const orders = await ordersByDay();
    expect(await deleteWhere(orders.log, orders.ports, 'id = 99')).toMatchObject({ version: null, rows: 0 });
    const dry = await deleteWhere(orders.log, orders.ports, 'id IN (0, 2, 3)', { dryRun: true });
    expect(dry).toMatchObject({ version: null, rows: -3, filesRemoved: 2, filesAdded: 1 });
    expect((await orders.table.snapshot()).version).toBe(4);
    expect(await orders.stored()).toHaveLength(4);
  });

  it('deletes every row of a table without partitions by a condition without columns', async () => {
    const orders = await LabTable.create(rows, SCHEMA);
    await orders.append("SELECT 1 AS id, 'a' AS name, NULL::DATE AS day");
    expect(await deleteWhere(orders.log, orders.ports, 'true')).toMatchObject({ rows: -1, filesAdded: 0 });
    expect(await orders.read()).toEqual([]);
  });

  it('takes columns by the name of the table, and odd names', async () => {
    const odd = await LabTable.create(rows, struct({ orders: 'long', tarn: 'string', 'we"ird': 'long' }));
    await odd.append(`SELECT i AS orders, 'x' AS tarn, i AS "we""ird" FROM range(4) t(i)`);
    await deleteWhere(
      odd.log,
      odd.ports,
      'orders = 1 OR "we""ird" = 2 OR orders.tarn = \'y\' -- and no more',
    );
    expect(await odd.read()).toEqual(['0|x|0', '3|x|3']);
  });

  it.each([
    ['nope = 1', /"nope" not found/],
    ['id =', /syntax error/],
    ['true) OR (true', /syntax error/],
    ['true THEN 1 WHEN true', /syntax error/],
    ['rowid = 0', /"rowid" not found/],
    ['random() < 0.5', /random\(\) answers another value each time/],
    ['id IN (SELECT id FROM somewhere)', /somewhere does not exist/],
    ['sum(id) > 3', /aggregates/],
  ])('refuses %s before anything is read or written', async (condition, message) => {
    const orders = await ordersByDay();
    await expect(deleteWhere(orders.log, orders.ports, condition)).rejects.toThrow(message);
    expect((await orders.table.snapshot()).version).toBe(4);
    expect(await orders.stored()).toHaveLength(4);
  });

  it('refuses append-only tables', async () => {
    const orders = await ordersByDay({ 'delta.appendOnly': 'true' });
    await expect(deleteWhere(orders.log, orders.ports, 'true')).rejects.toThrow(/append-only/);
  });

  it('loses to an append of rows that it would have deleted, and leaves no file behind', async () => {
    const orders = await ordersByDay();
    const late = "SELECT 2 AS id, 'late' AS name, DATE '2025-01-03' AS day";
    const ports = watchPorts(orders.ports, { encode: once(() => orders.other().append(late)) });
    const stored = await orders.stored();
    await expect(deleteWhere(orders.log, ports, 'id = 2')).rejects.toMatchObject({
      name: 'ConcurrentAppendError',
      message: expect.stringContaining('run it again'),
    });
    expect(await orders.stored()).toHaveLength(stored.length + 1);
    expect(await ids(orders)).toEqual([0, 1, 2, 2, 3, 4, 5, 6, 7]);
  });

  it('wins behind an append that it has nothing to do with', async () => {
    const orders = await ordersByDay();
    const late = "SELECT 50 AS id, 'late' AS name, DATE '2025-01-03' AS day";
    const ports = watchPorts(orders.ports, { encode: once(() => orders.other().append(late)) });
    expect(await deleteWhere(orders.log, ports, 'id = 2')).toMatchObject({ version: 6 });
    expect(await ids(orders)).toEqual([0, 1, 3, 4, 5, 6, 7, 50]);
  });

  it('keeps rows of every type bit for bit', async () => {
    const wide = struct({
      id: 'long',
      price: 'decimal(38,10)',
      at: 'timestamp',
      ok: 'boolean',
      bin: 'binary',
    });
    wide.fields.push(field('list', { type: 'array', elementType: 'long', containsNull: true }));
    const made = await LabTable.create(rows, wide);
    await made.append(
      `SELECT i AS id, (i * 1.0000000001)::DECIMAL(38,10) AS price, TIMESTAMP '2025-01-01 00:00:00.000001' AS at,
        CASE i WHEN 0 THEN true WHEN 1 THEN false END AS ok, '\\x00\\xFF'::BLOB AS bin, [i, NULL] AS list FROM range(4) t(i)`,
    );
    const before = await made.read();
    await deleteWhere(made.log, made.ports, 'id = 0');
    expect(await made.read()).toEqual(before.slice(1));
  });
});
