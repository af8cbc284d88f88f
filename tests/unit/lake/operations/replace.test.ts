import { beforeAll, describe, expect, it } from 'vitest';
import { replacePartitions } from '../../../../workers/lake/operations/replace-partitions.ts';
import { replaceWhere } from '../../../../workers/lake/operations/replace-where.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import type { RowEngine } from '../../../../workers/lake/types.ts';
import { loadParquet } from '../fixtures.ts';
import { openRowEngine } from '../row-engine.ts';
import { LabTable, once, watchPorts } from './lab-table.ts';

const SCHEMA = struct({ id: 'long', amount: 'decimal(9,2)', day: 'date' });

let rows: RowEngine;
beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

const sale = (id: number, amount: number, day: string | null) =>
  `SELECT ${id}::BIGINT AS id, ${amount}::DECIMAL(9,2) AS amount, ${day ? `DATE '${day}'` : 'NULL::DATE'} AS day`;
const all = (...selects: string[]) => selects.join(' UNION ALL ');

/** Two days with two sales each, and one without a day. */
async function sales(options: { configuration?: Record<string, string>; partitioned?: boolean } = {}) {
  const { partitioned = true, configuration } = options;
  const made = await LabTable.create(rows, SCHEMA, {
    partitionColumns: partitioned ? ['day'] : [],
    configuration,
  });
  await made.append(all(sale(1, 10, '2025-01-01'), sale(2, 20, '2025-01-01'), sale(3, 30, '2025-01-02')));
  await made.append(all(sale(4, 40, '2025-01-02'), sale(5, 50, null)));
  return made;
}

describe('replaceWhere', () => {
  it('replaces a day as often as one likes', async () => {
    const made = await sales();
    const expected = ['1|10.00|2025-01-01', '2|20.00|2025-01-01', '5|50.00|null', '33|33.00|2025-01-02'];
    for (const version of [3, 4]) {
      const files = await made.write(sale(33, 33, '2025-01-02'));
      const result = await replaceWhere(made.log, made.ports, "day = DATE '2025-01-02'", { files });
      expect(result).toEqual({ version, committed: true });
      expect(await made.read()).toEqual(expected);
    }
    const { kinds, ...info } = await made.lastCommit();
    expect(kinds).toEqual(['remove', 'add']);
    expect(info).toMatchObject({
      operation: 'WRITE',
      operationParameters: { mode: 'Overwrite', predicate: "day = DATE '2025-01-02'" },
      operationMetrics: { numFiles: '1', numOutputRows: '1', numRemovedFiles: '1', numDeletedRows: '1' },
    });
  });

  it('keeps the other rows of the files it touches', async () => {
    const made = await sales({ partitioned: false });
    const files = await made.write(all(sale(2, 22, '2025-02-02'), sale(9, 35, null)));
    await replaceWhere(made.log, made.ports, 'amount BETWEEN 15 AND 35', { files });
    expect(await made.read()).toEqual([
      '1|10.00|2025-01-01',
      '2|22.00|2025-02-02',
      '4|40.00|2025-01-02',
      '5|50.00|null',
      '9|35.00|null',
    ]);
    const { operationMetrics } = await made.lastCommit();
    expect(operationMetrics).toMatchObject({ numDeletedRows: '2', numCopiedRows: '1', numOutputRows: '2' });
  });

  it('refuses rows that do not meet the condition, with the count and an example, and deletes them', async () => {
    const made = await sales();
    const stored = await made.stored();
    const files = await made.write(
      all(sale(6, 60, '2025-01-02'), sale(7, 70, '2025-01-03'), sale(8, 80, null)),
    );
    await expect(
      replaceWhere(made.log, made.ports, "day = DATE '2025-01-02'", { files }),
    ).rejects.toMatchObject({
      name: 'ConstraintError',
      rows: 2,
      message: expect.stringMatching(/condition of the replacement \(day = .*for instance \{'id': [78], /),
    });
    expect(await made.stored()).toEqual(stored);
    expect((await made.table.snapshot()).version).toBe(2);
  });

  it('takes Arrow rows, and none of them to delete only', async () => {
    const made = await sales();
    const columns = [
      { name: 'id', type: 'INTEGER' },
      { name: 'day', type: 'DATE' },
    ];
    const ipc = await made.ipc("SELECT 6::INTEGER AS id, DATE '2025-01-01' AS day");
    await replaceWhere(made.log, made.ports, "day = '2025-01-01'", { columns, ipc: ipc ? [ipc] : [] });
    expect(await made.read()).toEqual([
      '3|30.00|2025-01-02',
      '4|40.00|2025-01-02',
      '5|50.00|null',
      '6|null|2025-01-01',
    ]);
    await replaceWhere(made.log, made.ports, 'day IS NULL', { columns, ipc: [] });
    expect(await made.read()).toHaveLength(3);
    expect(await replaceWhere(made.log, made.ports, 'day IS NULL', { columns, ipc: [] })).toEqual({
      version: 4,
      committed: false,
    });
  });

  it('is done once for one transaction', async () => {
    const made = await sales();
    const commit = { txn: { appId: 'daily', version: 7 } };
    const load = async () => {
      const files = await made.write(sale(6, 60, '2025-01-01'));
      return replaceWhere(made.log, made.ports, "day = '2025-01-01'", { files }, { commit });
    };
    expect(await load()).toEqual({ version: 3, committed: true });
    expect(await load()).toEqual({ version: 3, committed: false });
  });

  it('loses to an append of rows that it replaces, and leaves no file behind', async () => {
    const made = await sales();
    const late = () => made.other().append(sale(8, 80, '2025-01-02'));
    const ports = watchPorts(made.ports, { decode: once(late) });
    const files = await made.write(sale(6, 60, '2025-01-02'));
    const live = (await made.files()).length;
    await expect(replaceWhere(made.log, ports, "day = '2025-01-02'", { files })).rejects.toMatchObject({
      name: 'ConcurrentAppendError',
    });
    expect(await made.stored()).toHaveLength(live + 1);
    expect(await made.read()).toHaveLength(6);
  });

  it('refuses append-only tables', async () => {
    const made = await sales({ configuration: { 'delta.appendOnly': 'true' } });
    const files = await made.write(sale(6, 60, '2025-01-02'));
    await expect(replaceWhere(made.log, made.ports, "day = '2025-01-02'", { files })).rejects.toThrow(
      /append-only/,
    );
  });
});

describe('replacePartitions', () => {
  it('replaces the partitions that the rows have, NULL too, and no others', async () => {
    const made = await sales();
    const files = await made.write(
      all(sale(6, 60, '2025-01-02'), sale(7, 70, null), sale(8, 80, '2025-01-03')),
    );
    expect(await replacePartitions(made.log, made.ports, { files })).toEqual({ version: 3, committed: true });
    expect(await made.read()).toEqual([
      '1|10.00|2025-01-01',
      '2|20.00|2025-01-01',
      '6|60.00|2025-01-02',
      '7|70.00|null',
      '8|80.00|2025-01-03',
    ]);
    const { kinds, operationParameters } = await made.lastCommit();
    expect(kinds.filter((kind) => kind === 'remove')).toHaveLength(3);
    expect(operationParameters).toMatchObject({ mode: 'Overwrite', partitionOverwriteMode: 'dynamic' });
  });

  it('knows a partition that another engine spells differently', async () => {
    const made = await LabTable.create(rows, struct({ id: 'long', at: 'timestamp' }), {
      partitionColumns: ['at'],
    });
    const hour = (id: number) => `SELECT ${id}::BIGINT AS id, TIMESTAMP '2025-01-01 10:00:00' AS at`;
    const [file] = await made.write(hour(1));
    if (!file) throw new Error('No file was written.');
    await made.table.append([
      { ...file, add: { ...file.add, partitionValues: { at: '2025-01-01 10:00:00' } } },
    ]);
    await replacePartitions(made.log, made.ports, { files: await made.write(hour(2)) });
    expect(await made.read()).toEqual(['2|2025-01-01 10:00:00']);
  });

  it('conflicts with an append to one of its partitions only', async () => {
    const made = await sales();
    for (const [day, wins] of [
      ['2025-01-03', true],
      ['2025-01-02', false],
    ] as const) {
      const files = await made.write(sale(6, 60, '2025-01-02'));
      const race = lateCommit(made, sale(9, 90, day));
      const result = replacePartitions(race, made.ports, { files });
      if (wins) expect(await result).toMatchObject({ committed: true });
      else await expect(result).rejects.toMatchObject({ name: 'ConcurrentAppendError' });
    }
  });

  it('refuses tables without partitions', async () => {
    const made = await sales({ partitioned: false });
    await expect(replacePartitions(made.log, made.ports, { files: [] })).rejects.toThrow(/no partitions/);
  });
});

/** A log that another writer appends to between its snapshot and its commit. */
function lateCommit(made: LabTable, sql: string) {
  const { log } = made.other();
  const snapshot = log.snapshot.bind(log);
  log.snapshot = async (version) => {
    const found = await snapshot(version);
    await made.other().append(sql);
    return found;
  };
  return log;
}
