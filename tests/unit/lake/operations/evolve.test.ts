import { beforeAll, describe, expect, it } from 'vitest';
import { appendRows } from '../../../../workers/lake/operations/append.ts';
import { type ColumnChange, alterColumns } from '../../../../workers/lake/operations/evolve.ts';
import { field, struct } from '../../../../workers/lake/schema/schema.ts';
import type { DeltaType, RowEngine, StructType } from '../../../../workers/lake/types.ts';
import { loadParquet, writtenFile } from '../fixtures.ts';
import { openRowEngine } from '../row-engine.ts';
import { LabTable, once, watchPorts } from './lab-table.ts';

let rows: RowEngine;
beforeAll(async () => {
  await loadParquet();
  rows = await openRowEngine();
}, 60_000);

/** A table of one column `v`, with one file that holds the SELECT's rows. */
async function tableOf(type: DeltaType, sql: string): Promise<LabTable> {
  const made = await LabTable.create(rows, struct({ v: type }));
  await made.append(`SELECT (${sql}) AS v`);
  return made;
}

async function append(made: LabTable, sql: string, columns: [string, string][], mergeSchema: boolean) {
  const ipc = await made.ipc(sql);
  const source = { columns: columns.map(([name, type]) => ({ name, type })), ipc: ipc ? [ipc] : [] };
  return appendRows(made.log, made.ports, source, { mergeSchema });
}

describe('rows with mergeSchema', () => {
  it('add nullable columns at the end, and may lack those of the table', async () => {
    const made = await LabTable.create(rows, struct({ id: 'long', name: 'string' }));
    await made.append("SELECT 1::BIGINT AS id, 'a' AS name");
    await append(
      made,
      "SELECT 'eu' AS region, 2::BIGINT AS id",
      [
        ['region', 'VARCHAR'],
        ['id', 'BIGINT'],
      ],
      true,
    );
    expect(await made.read()).toEqual(['1|a|null', '2|null|eu']);
    expect(await made.read(1)).toEqual(['1|a']);
    const { schema } = await made.table.snapshot();
    expect(schema.fields[2]).toEqual({ name: 'region', type: 'string', nullable: true, metadata: {} });
    const { kinds, isBlindAppend } = await made.lastCommit();
    expect([kinds, isBlindAppend]).toEqual([['metaData', 'add'], true]);
  });

  it.each([
    ['byte', 'SMALLINT', 'short', '7::TINYINT', '300::SMALLINT', ['7', '300']],
    ['byte', 'INTEGER', 'integer', '7::TINYINT', '70000::INTEGER', ['7', '70000']],
    ['short', 'INTEGER', 'integer', '7::SMALLINT', '70000::INTEGER', ['7', '70000']],
    [
      'decimal(5,2)',
      'DECIMAL(9,2)',
      'decimal(9,2)',
      '1.25::DECIMAL(5,2)',
      '1234567.25::DECIMAL(9,2)',
      ['1.25', '1234567.25'],
    ],
    [
      'decimal(20,2)',
      'DECIMAL(38,2)',
      'decimal(38,2)',
      '1.25::DECIMAL(20,2)',
      '1000000000000000000000000000000::DECIMAL(38,2)',
      ['1.25', '1000000000000000000000000000000.00'],
    ],
  ] as const)('widen %s by %s, old files as they are', async (from, duckdb, to, old, added, found) => {
    const made = await tableOf(from, old);
    const [before] = await made.files();
    await append(made, `SELECT ${added} AS v`, [['v', duckdb]], true);
    expect(await made.read()).toEqual(found);
    expect((await made.table.snapshot()).schema).toEqual(struct({ v: to }));
    expect((await made.files())[0]).toEqual(before);
    expect((await made.lastCommit()).kinds).toEqual(['metaData', 'add']);
  });

  it.each([
    ['integer', 'BIGINT', 'long', '7::INTEGER', '5000000000::BIGINT', ['7', '5000000000']],
    ['byte', 'BIGINT', 'long', '7::TINYINT', '5000000000::BIGINT', ['7', '5000000000']],
    ['float', 'DOUBLE', 'double', '1.5::FLOAT', '1e300::DOUBLE', ['1.5', '1e+300']],
    [
      'decimal(9,2)',
      'DECIMAL(10,2)',
      'decimal(10,2)',
      '1.25::DECIMAL(9,2)',
      '12345678.25::DECIMAL(10,2)',
      ['1.25', '12345678.25'],
    ],
    [
      'decimal(18,2)',
      'DECIMAL(19,2)',
      'decimal(19,2)',
      '1.25::DECIMAL(18,2)',
      '2.25::DECIMAL(19,2)',
      ['1.25', '2.25'],
    ],
  ] as const)(
    'widen %s by %s, old files written again in the same commit without a change of rows',
    async (from, duckdb, to, old, added, found) => {
      const made = await tableOf(from, old);
      await append(made, `SELECT ${added} AS v`, [['v', duckdb]], true);
      expect(await made.read()).toEqual(found);
      expect((await made.table.snapshot()).schema).toEqual(struct({ v: to }));
      const { kinds, isBlindAppend } = await made.lastCommit();
      expect([kinds, isBlindAppend]).toEqual([['metaData', 'remove', 'add', 'add'], false]);
      expect((await made.files()).map(({ dataChange }) => dataChange).sort()).toEqual([false, true]);
      expect(await made.read(1)).toEqual(found.slice(0, 1));
    },
  );

  it.each([
    ['long', 'DOUBLE', '1::BIGINT', '1.5::DOUBLE', /found double, expected long.*CAST\("v" AS BIGINT\)/],
    ['long', 'VARCHAR', '1::BIGINT', "'x'", /found string, expected long/],
    ['string', 'BIGINT', "'x'", '1::BIGINT', /found long, expected string.*CAST\("v" AS VARCHAR\)/],
    ['date', 'TIMESTAMP', "DATE '2025-01-01'", "TIMESTAMP '2025-01-01'", /found timestamp, expected date/],
    [
      'decimal(9,2)',
      'DECIMAL(12,3)',
      '1::DECIMAL(9,2)',
      '1::DECIMAL(12,3)',
      /found decimal\(12,3\), expected decimal\(9,2\)/,
    ],
    ['integer', 'DOUBLE', '1::INTEGER', '1.5::DOUBLE', /found double, expected integer/],
  ] as const)('are refused where %s meets %s', async (from, duckdb, old, added, message) => {
    const made = await tableOf(from, old);
    await expect(append(made, `SELECT ${added} AS v`, [['v', duckdb]], true)).rejects.toMatchObject({
      name: 'SchemaError',
      message: expect.stringMatching(message),
    });
    expect(await made.stored()).toHaveLength(1);
  });

  it('fit narrower values into the table without being asked', async () => {
    const made = await tableOf('long', '1::BIGINT');
    await append(made, 'SELECT 2::TINYINT AS v', [['v', 'TINYINT']], false);
    expect(await made.read()).toEqual(['1', '2']);
    expect((await made.lastCommit()).kinds).toEqual(['add']);
  });

  it('are refused without mergeSchema, in another case of letters, and without a column that may not be null', async () => {
    const schema: StructType = {
      type: 'struct',
      fields: [field('id', 'integer', false), field('name', 'string')],
    };
    const made = await LabTable.create(rows, schema);
    const id: [string, string] = ['id', 'INTEGER'];
    await expect(
      append(made, "SELECT 1 AS id, 'x' AS extra", [id, ['extra', 'VARCHAR']], false),
    ).rejects.toThrow(
      /Column extra \(string\) is not in table .*id, name: leave it out, or write with mergeSchema/,
    );
    await expect(append(made, 'SELECT 1::BIGINT AS id', [['id', 'BIGINT']], false)).rejects.toThrow(
      /found long, expected integer.*or write with mergeSchema/,
    );
    await expect(
      append(made, "SELECT 1 AS id, 'x' AS NAME", [id, ['NAME', 'VARCHAR']], true),
    ).rejects.toThrow(/Column NAME is called name/);
    await expect(append(made, "SELECT 'x' AS name", [['name', 'VARCHAR']], true)).rejects.toThrow(
      /Column id .* may not be null, and the rows lack it/,
    );
    await expect(append(made, 'SELECT NULL::INTEGER AS id', [id], false)).rejects.toThrow(
      /id may not be null/,
    );
    await expect(append(made, 'SELECT 1 AS id, 2 AS "a b"', [id, ['a b', 'INTEGER']], true)).rejects.toThrow(
      /"a b"/,
    );
  });

  it('take files encoded in types that read as the table’s, and refuse others', async () => {
    const made = await tableOf('integer', '1::INTEGER');
    const schema = struct({ v: 'short' });
    const files = await made.write('SELECT 2::SMALLINT AS v', schema);
    await appendRows(made.log, made.ports, { files, schema });
    expect(await made.read()).toEqual(['1', '2']);
    const wide = await tableOf('long', '1::BIGINT');
    const narrow = await wide.write('SELECT 2::SMALLINT AS v', schema);
    await expect(appendRows(wide.log, wide.ports, { files: narrow, schema })).rejects.toThrow(
      /the files hold short, the table long: encode them/,
    );
  });

  it('lose to a change of metadata, and a rewrite to any append', async () => {
    const made = await tableOf('integer', '1::INTEGER');
    const late = () => made.other().append('SELECT 3::INTEGER AS v');
    const ports = watchPorts(made.ports, { decode: once(late) });
    const ipc = await made.ipc('SELECT 5000000000::BIGINT AS v');
    const source = { columns: [{ name: 'v', type: 'BIGINT' }], ipc: ipc ? [ipc] : [] };
    await expect(appendRows(made.log, ports, source, { mergeSchema: true })).rejects.toMatchObject({
      name: 'ConcurrentAppendError',
    });
    expect(await made.read()).toEqual(['1', '3']);
    expect(await made.stored()).toHaveLength(2);
  });
});

describe('alterColumns', () => {
  async function people(): Promise<LabTable> {
    const schema = struct({ id: 'integer', name: 'string', day: 'date' });
    const made = await LabTable.create(rows, schema, { partitionColumns: ['day'] });
    await made.append("SELECT 1 AS id, 'a' AS name, DATE '2025-01-01' AS day UNION ALL SELECT 2, NULL, NULL");
    return made;
  }
  const alter = (made: LabTable, change: ColumnChange) => alterColumns(made.log, made.ports, change);

  it('adds columns', async () => {
    const made = await people();
    expect(await alter(made, { add: [field('city', 'string')] })).toEqual({ version: 2, committed: true });
    expect(await made.read()).toEqual(['1|a|2025-01-01|null', '2|null|null|null']);
    const { kinds, operation, operationParameters } = await made.lastCommit();
    expect([kinds, operation]).toEqual([['metaData'], 'ADD COLUMNS']);
    expect(JSON.parse(operationParameters?.columns ?? '')).toEqual([{ column: field('city', 'string') }]);
    await expect(alter(made, { add: [field('x', 'string', false)] })).rejects.toThrow(/add it as nullable/);
    await expect(alter(made, { add: [field('NAME', 'string')] })).rejects.toThrow(
      /Two columns are named NAME/,
    );
  });

  it('raises the protocol for a column that needs it', async () => {
    const made = await people();
    await alter(made, { add: [field('at', 'timestamp_ntz')] });
    expect((await made.lastCommit()).kinds).toEqual(['protocol', 'metaData']);
    expect((await made.table.snapshot()).protocol.readerFeatures).toEqual(['timestampNtz']);
  });

  it('sets NOT NULL where no row is null, told from the rows when statistics are silent', async () => {
    const made = await people();
    await alter(made, { setNotNull: 'id' });
    expect((await made.table.snapshot()).schema.fields[0]?.nullable).toBe(false);
    for (const name of ['name', 'day']) {
      await expect(alter(made, { setNotNull: name })).rejects.toMatchObject({
        name: 'ConstraintError',
        message: expect.stringMatching(`1 row breaks the NOT NULL of column ${name} `),
      });
    }
    const silent = await LabTable.create(rows, struct({ a: 'long', b: 'long' }));
    const files = await silent.write('SELECT 1::BIGINT AS a, NULL::BIGINT AS b');
    await silent.table.append(files.map((file) => ({ ...file, add: { ...file.add, stats: undefined } })));
    await alter(silent, { setNotNull: 'a' });
    await expect(alter(silent, { setNotNull: 'b' })).rejects.toThrow(
      /1 row breaks .* for instance \{'a': 1, 'b': NULL\}/,
    );
  });

  it('drops NOT NULL', async () => {
    const made = await people();
    await alter(made, { setNotNull: 'id' });
    await expect(made.append("SELECT NULL::INTEGER AS id, 'x' AS name, NULL::DATE AS day")).rejects.toThrow(
      /may not be null/,
    );
    await alter(made, { dropNotNull: 'id' });
    await made.append("SELECT NULL::INTEGER AS id, 'x' AS name, NULL::DATE AS day");
    expect(await made.read()).toContain('null|x|null');
    expect((await made.lastCommit()).operation).toBe('WRITE');
  });

  it('widens a column by itself', async () => {
    const made = await people();
    await alter(made, { widen: 'id', to: 'long' });
    expect(await made.read()).toEqual(['1|a|2025-01-01', '2|null|null']);
    expect((await made.lastCommit()).kinds).toEqual(['metaData', 'remove', 'remove', 'add', 'add']);
    expect((await made.lastCommit()).operation).toBe('CHANGE COLUMN');
    await expect(alter(made, { widen: 'id', to: 'integer' })).rejects.toThrow(
      /integer does not hold all its values/,
    );
    await expect(alter(made, { widen: 'nope', to: 'long' })).rejects.toThrow(/nope is not in table/);
  });

  it('refuses to rename and to drop, by the feature that it would need', async () => {
    const made = await people();
    await expect(alter(made, { drop: 'name' })).rejects.toThrow(
      /cannot be dropped: .*columnMapping.*leaves it out/,
    );
    await expect(alter(made, { rename: 'name', to: 'title' })).rejects.toThrow(
      /renamed: .*columnMapping.*title/,
    );
  });
});

describe('NOT NULL', () => {
  it('holds for files of others by their statistics, for partition values, and past the indexed columns', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, 'integer' as const]));
    const schema = struct(many);
    for (const name of ['c1', 'c39'])
      schema.fields = schema.fields.map((column) =>
        column.name === name ? { ...column, nullable: false } : column,
      );
    const made = await LabTable.create(rows, schema, { partitionColumns: ['c1'] });
    const select = (c1: string, c39: string) =>
      `SELECT ${Object.keys(many)
        .map((name) => `${name === 'c1' ? c1 : name === 'c39' ? c39 : '0'}::INTEGER AS ${name}`)
        .join(', ')}`;
    await made.append(select('1', '1'));
    await expect(made.append(select('1', 'NULL'))).rejects.toThrow(/Column c39 may not be null/);
    await expect(made.append(select('NULL', '1'))).rejects.toThrow(/Column c1 may not be null/);
    const foreign = writtenFile('foreign', 3, { c1: '1' });
    const withNulls = (nulls: number) => ({
      ...foreign,
      add: { ...foreign.add, stats: JSON.stringify({ numRecords: 3, nullCount: { c39: nulls } }) },
    });
    await expect(made.table.append([withNulls(2)])).rejects.toThrow(
      /2 rows break the NOT NULL of column c39/,
    );
    await expect(made.table.append([foreign])).rejects.toThrow(/cannot be told from the statistics/);
    await expect(made.table.append([writtenFile('p', 3, { c1: null })])).rejects.toThrow(
      /3 rows break .* c1/,
    );
    expect(await made.read()).toHaveLength(1);
  });
});
