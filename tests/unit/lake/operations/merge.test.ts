import { beforeAll, describe, expect, it } from 'vitest';
import type { MergeRequest } from '../../../../workers/lake/operations/merge-clauses.ts';
import { mergeRows } from '../../../../workers/lake/operations/merge.ts';
import type { RowOptions } from '../../../../workers/lake/operations/row-change.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import type { RowEngine } from '../../../../workers/lake/types.ts';
import { loadParquet } from '../fixtures.ts';
import { openRowEngine } from '../row-engine.ts';
import { LabTable, once, watchPorts } from './lab-table.ts';

const SCHEMA = struct({ id: 'long', name: 'string', amount: 'decimal(9,2)' });
const COLUMNS = [
  { name: 'id', type: 'BIGINT' },
  { name: 'name', type: 'VARCHAR' },
  { name: 'amount', type: 'DECIMAL(9,2)' },
];

let rows: RowEngine;
beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

/** Ids 1 to 3, 4 to 6, and NULL, in a file each. */
async function accounts(configuration: Record<string, string> = {}): Promise<LabTable> {
  const made = await LabTable.create(rows, SCHEMA, { configuration });
  await made.append(account(1, 2, 3));
  await made.append(account(4, 5, 6));
  await made.append("SELECT NULL::BIGINT AS id, 'nobody' AS name, 0::DECIMAL(9,2) AS amount");
  return made;
}

const account = (...ids: (number | null)[]) =>
  `SELECT id::BIGINT AS id, 'n' || id AS name, (id * 10)::DECIMAL(9,2) AS amount FROM (VALUES ${ids.map((id) => `(${id ?? 'NULL'})`).join(', ')}) v(id)`;

/** Source rows `(id, name, amount)`. */
const changes = (...values: string[]) =>
  `SELECT id::BIGINT AS id, name, amount::DECIMAL(9,2) AS amount FROM (VALUES ${values.map((row) => `(${row})`).join(', ')}) v(id, name, amount)`;

async function merge(
  made: LabTable,
  sql: string,
  request: Omit<MergeRequest, 'source' | 'on'> & Partial<Pick<MergeRequest, 'on'>>,
  {
    columns = COLUMNS,
    ports = made.ports,
    ...options
  }: RowOptions & { columns?: typeof COLUMNS; ports?: typeof made.ports } = {},
) {
  const ipc = await made.ipc(sql);
  const source = { columns, ipc: ipc ? [ipc] : [] };
  return mergeRows(made.log, ports, { source, on: ['id'], ...request }, options);
}

const UPSERT: Omit<MergeRequest, 'source' | 'on'> = { whenMatched: [{ then: 'update' }], whenNotMatched: {} };

describe('mergeRows', () => {
  it('updates what matches and inserts the rest, rewriting only the files touched', async () => {
    const made = await accounts();
    const before = (await made.files()).map(({ path }) => path);
    const result = await merge(made, changes("2, 'two', 22", "9, 'nine', 99"), UPSERT);
    expect(result).toEqual({ version: 4, committed: true, inserted: 1, updated: 1, deleted: 0 });
    expect(await made.read()).toEqual([
      '1|n1|10.00',
      '2|two|22.00',
      '3|n3|30.00',
      '4|n4|40.00',
      '5|n5|50.00',
      '6|n6|60.00',
      '9|nine|99.00',
      'null|nobody|0.00',
    ]);
    const after = (await made.files()).map(({ path }) => path);
    expect(after).toEqual(expect.arrayContaining(before.slice(1)));
    expect(after).not.toContain(before[0]);
    const { kinds, ...info } = await made.lastCommit();
    expect(kinds).toEqual(['remove', 'add', 'add']);
    expect(info).toMatchObject({
      operation: 'MERGE',
      operationParameters: {
        predicate: '["target.\\"id\\" = source.\\"id\\""]',
        matchedPredicates: '[{"actionType":"update"}]',
        notMatchedPredicates: '[{"actionType":"insert"}]',
        notMatchedBySourcePredicates: '[]',
      },
      operationMetrics: {
        numSourceRows: '2',
        numTargetRowsInserted: '1',
        numTargetRowsUpdated: '1',
        numTargetRowsDeleted: '0',
        numTargetRowsCopied: '2',
        numOutputRows: '4',
        numTargetFilesAdded: '2',
        numTargetFilesRemoved: '1',
      },
    });
  });

  it('decodes only files whose statistics leave room for the keys, and of the others only the keys', async () => {
    const made = await accounts();
    const decoded: (string[] | null)[] = [];
    const ports = watchPorts(made.ports, { decode: ({ columns }) => void decoded.push(columns) });
    await merge(made, changes("5, 'five', 55", "6, 'six', 66"), UPSERT, { ports });
    expect(decoded).toEqual([['id'], null]);
    decoded.length = 0;
    // By its range 30 to 50 a file may hold 40, and it turns out not to.
    await made.append(account(30, 50));
    const { updated } = await merge(
      made,
      changes("40, 'x', 1"),
      { whenMatched: [{ then: 'update' }] },
      { ports },
    );
    expect(updated).toBe(0);
    expect(decoded).toEqual([['id']]);
  });

  it('never matches NULL keys', async () => {
    const made = await accounts();
    const { inserted, updated } = await merge(made, changes("NULL, 'new', 1"), UPSERT);
    expect([inserted, updated]).toEqual([1, 0]);
    expect(await made.read()).toEqual(expect.arrayContaining(['null|nobody|0.00', 'null|new|1.00']));
  });

  it('refuses two source rows for one target row, naming the key', async () => {
    const made = await accounts();
    const stored = await made.stored();
    const twice = changes("2, 'a', 1", "2, 'b', 2", "9, 'c', 3", "9, 'd', 4");
    await expect(merge(made, twice, UPSERT)).rejects.toMatchObject({
      name: 'AmbiguousMergeError',
      message: expect.stringMatching(/2 source rows match the same row .*\{'id': 2\}/),
    });
    expect(await made.stored()).toEqual(stored);
    // Twice the same fate is no question, and new keys may come twice.
    expect(
      await merge(made, changes("2, 'a', 1", "2, 'b', 2"), { whenMatched: [{ then: 'delete' }] }),
    ).toMatchObject({
      deleted: 1,
    });
    expect(await merge(made, changes("9, 'c', 3", "9, 'd', 4"), UPSERT)).toMatchObject({ inserted: 2 });
  });

  it('applies the first clause that holds', async () => {
    const made = await accounts();
    const result = await merge(made, changes("1, 'x', 0", "2, 'y', -1", "3, 'z', 5", "4, 'w', 40"), {
      whenMatched: [
        { then: 'delete', condition: 'source.amount < 0 -- a comment' },
        {
          then: 'update',
          columns: ['amount'],
          condition: 'source.amount > 0 AND target.amount <> source.amount',
        },
      ],
    });
    expect(result).toMatchObject({ updated: 1, deleted: 1, inserted: 0 });
    expect(await made.read()).toEqual([
      '1|n1|10.00',
      '3|n3|5.00',
      '4|n4|40.00',
      '5|n5|50.00',
      '6|n6|60.00',
      'null|nobody|0.00',
    ]);
    const { operationParameters } = await made.lastCommit();
    expect(JSON.parse(operationParameters?.matchedPredicates ?? '')).toEqual([
      { predicate: 'source.amount < 0 -- a comment', actionType: 'delete' },
      { predicate: expect.stringContaining('target.amount'), actionType: 'update' },
    ]);
  });

  it('lets two source rows match when the clauses choose one', async () => {
    const made = await accounts();
    const result = await merge(made, changes("2, 'old', 1", "2, 'new', 2"), {
      whenMatched: [{ then: 'update', condition: "source.name = 'new'" }],
    });
    expect(result).toMatchObject({ updated: 1 });
    expect(await made.read()).toContain('2|new|2.00');
  });

  it('deletes what the source does not have', async () => {
    const made = await accounts();
    const result = await merge(made, changes("1, 'x', 0", "6, 'y', 0"), {
      whenNotMatchedBySource: { condition: 'target.amount >= 30' },
    });
    expect(result).toMatchObject({ deleted: 3, updated: 0 });
    expect(await made.read()).toEqual(['1|n1|10.00', '2|n2|20.00', '6|n6|60.00', 'null|nobody|0.00']);
    const { operationMetrics } = await made.lastCommit();
    expect(operationMetrics).toMatchObject({
      numTargetRowsNotMatchedBySourceDeleted: '3',
      numTargetRowsCopied: '3',
    });
  });

  it('takes any condition, and inserts some columns on condition', async () => {
    const made = await accounts();
    const result = await merge(made, changes("10, 'n1', 3", "11, 'm', 4", "12, 'k', 5"), {
      on: 'target.name = source.name AND target.amount > 5',
      whenMatched: [{ then: 'update', columns: ['id'] }],
      whenNotMatched: { columns: ['id', 'name'], condition: 'source.amount > 4' },
    });
    expect(result).toMatchObject({ updated: 1, inserted: 1 });
    expect(await made.read()).toEqual(expect.arrayContaining(['10|n1|10.00', '12|k|null']));
    expect(await made.read()).toHaveLength(8);
  });

  it('commits nothing when nothing changes', async () => {
    const made = await accounts();
    const none = { version: 3, committed: false, inserted: 0, updated: 0, deleted: 0 };
    expect(await merge(made, changes("77, 'x', 0"), { whenMatched: [{ then: 'delete' }] })).toEqual(none);
    const empty = await mergeRows(made.log, made.ports, {
      source: { columns: COLUMNS, ipc: [] },
      on: ['id'],
      ...UPSERT,
    });
    expect(empty).toEqual(none);
  });

  it('is done once for one transaction', async () => {
    const made = await accounts();
    const commit = { txn: { appId: 'stream', version: 3 } };
    const insert = { whenNotMatched: {} };
    expect(await merge(made, changes("NULL, 'x', 1"), insert, { commit })).toMatchObject({ inserted: 1 });
    expect(await merge(made, changes("NULL, 'x', 1"), insert, { commit })).toMatchObject({
      committed: false,
    });
    expect(await made.read()).toHaveLength(8);
  });

  it('adds columns and widens types when asked to, and refuses otherwise', async () => {
    const made = await accounts();
    const sql = "SELECT 2::BIGINT AS id, 12345678901.25::DECIMAL(13,2) AS amount, 'eu' AS region";
    const columns = [
      { name: 'id', type: 'BIGINT' },
      { name: 'amount', type: 'DECIMAL(13,2)' },
      { name: 'region', type: 'VARCHAR' },
    ];
    await expect(merge(made, sql, UPSERT, { columns })).rejects.toThrow(
      /Column amount .*decimal\(13,2\).*mergeSchema/,
    );
    await merge(made, sql, UPSERT, { columns, mergeSchema: true });
    expect(await made.read()).toEqual([
      '1|n1|10.00|null',
      '2|n2|12345678901.25|eu',
      '3|n3|30.00|null',
      '4|n4|40.00|null',
      '5|n5|50.00|null',
      '6|n6|60.00|null',
      'null|nobody|0.00|null',
    ]);
  });

  it('keeps columns that only conditions need out of the table', async () => {
    const made = await accounts();
    const columns = [...COLUMNS, { name: 'op', type: 'VARCHAR' }];
    const sql = `SELECT *, CASE id WHEN 1 THEN 'D' ELSE 'U' END AS op FROM (${changes("1, 'x', 1", "2, 'y', 2")})`;
    const result = await merge(
      made,
      sql,
      {
        whenMatched: [
          { then: 'delete', condition: "source.op = 'D'" },
          { then: 'update', columns: ['name', 'amount'] },
        ],
      },
      { columns },
    );
    expect(result).toMatchObject({ updated: 1, deleted: 1 });
    await expect(merge(made, sql, UPSERT, { columns })).rejects.toThrow(/Column op .* is not in table/);
  });

  it.each([
    [{ on: ['nope'] }, /column nope is not in the source/],
    [{ on: [] }, /no key column is named/],
    [{ on: 'target.id = source.nope' }, /nope/],
    [{ whenMatched: [{ then: 'update', columns: ['other'] }] }, /column other is not in the source/],
    [{ whenMatched: [{ then: 'delete', condition: 'target.x > 1' }] }, /Binder Error/],
    [{ whenNotMatched: { condition: 'target.id > 1' } }, /Binder Error/],
    [{ whenNotMatchedBySource: { condition: 'source.id > 1' } }, /Binder Error/],
  ] as [Partial<MergeRequest>, RegExp][])('refuses %j before any file is read', async (request, message) => {
    const made = await accounts();
    const ports = watchPorts(made.ports, {
      decode: () => {
        throw new Error('A file was read.');
      },
    });
    await expect(merge(made, changes("1, 'x', 1"), request, { ports })).rejects.toThrow(message);
  });

  it('loses to another merge of the same file and to an append of a key, not to an append of others', async () => {
    const late = [
      { sql: account(50), error: null },
      { sql: account(2), error: 'ConcurrentAppendError' },
    ];
    for (const { sql, error } of late) {
      const made = await accounts();
      const ports = watchPorts(made.ports, { encode: once(() => made.other().append(sql)) });
      const result = merge(made, changes("2, 'two', 22"), UPSERT, { ports });
      if (error) await expect(result).rejects.toMatchObject({ name: error });
      else expect(await result).toMatchObject({ version: 5, updated: 1 });
      expect(await made.stored()).toHaveLength(error ? 4 : 5);
    }
    const made = await accounts();
    const rival = () => merge(made.other(), changes("3, 'three', 3"), UPSERT);
    const ports = watchPorts(made.ports, { encode: once(rival) });
    await expect(merge(made, changes("2, 'two', 22"), UPSERT, { ports })).rejects.toMatchObject({
      name: expect.stringMatching(/^Concurrent/),
    });
    expect(await made.read()).toContain('3|three|3.00');
  });

  it('inserts into append-only tables, and changes nothing in them', async () => {
    const made = await accounts({ 'delta.appendOnly': 'true' });
    expect(await merge(made, changes("9, 'x', 1"), UPSERT)).toMatchObject({ inserted: 1 });
    await expect(merge(made, changes("9, 'y', 1"), UPSERT)).rejects.toThrow(/append-only/);
  });

  it('finds keys of many values, dates and text by range', async () => {
    const made = await LabTable.create(rows, struct({ day: 'date', code: 'string', n: 'integer' }));
    const days = (from: number, count: number) =>
      `SELECT DATE '2025-01-01' + i::INTEGER AS day, 'c''' || i AS code, i::INTEGER AS n FROM range(${from}, ${from + count}) t(i)`;
    for (const from of [0, 200, 400]) await made.append(days(from, 200));
    const read: string[] = [];
    const ports = watchPorts(made.ports, { decode: ({ add }) => void read.push(add.path) });
    const columns = [
      { name: 'day', type: 'DATE' },
      { name: 'code', type: 'VARCHAR' },
      { name: 'n', type: 'INTEGER' },
    ];
    const sql = `SELECT day, code, -n AS n FROM (${days(210, 150)})`;
    expect(await merge(made, sql, { on: ['day', 'code'], ...UPSERT }, { columns, ports })).toMatchObject({
      updated: 150,
      inserted: 0,
    });
    expect(new Set(read).size).toBe(1);
  });
});
