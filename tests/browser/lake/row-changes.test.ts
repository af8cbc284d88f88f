import parquetWasm from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRowEngine } from '../../../workers/driver/row-engine.ts';
import { initParquet } from '../../../workers/lake/parquet/parquet.ts';
import { addConstraint } from '../../../workers/lake/operations/constraints.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { LabTable } from '../../unit/lake/operations/lab-table.ts';
import { MemoryLake, openWarehouse } from '../warehouse/memory-lake.ts';

const warehouse = openWarehouse(new MemoryLake());
const rows = createRowEngine(warehouse);

beforeAll(() => initParquet(new URL(parquetWasm, location.href)));
afterAll(() => warehouse.restart());

const SCHEMA = struct({ id: 'long', name: 'string', at: 'timestamp', day: 'date' });
const COLUMNS = [
  { name: 'id', type: 'BIGINT' },
  { name: 'name', type: 'VARCHAR' },
  { name: 'at', type: 'TIMESTAMP' },
  { name: 'day', type: 'DATE' },
];
const events = (from: number, to: number, day: string) =>
  `SELECT i AS id, 'n' || i AS name, TIMESTAMP '2025-01-01' + INTERVAL (i) SECOND AS at, DATE '${day}' AS day FROM range(${from}, ${to}) t(i)`;

async function openEvents(): Promise<LabTable> {
  const made = await LabTable.create(rows, SCHEMA, { partitionColumns: ['day'] });
  await made.append(events(0, 3, '2025-01-01'));
  await made.append(events(3, 6, '2025-01-02'));
  return made;
}

const ids = async (made: LabTable) => (await made.read()).map((line) => line.split('|')[0]).join(' ');

test('the warehouse deletes by partition, by column, and nothing that is not there', async () => {
  const made = await openEvents();
  await made.table.deleteWhere(made.ports, "day = '2025-01-02' AND id = 4");
  expect(await ids(made)).toBe('0 1 2 3 5');
  expect(await made.table.deleteWhere(made.ports, "day > DATE '2025-01-01'")).toMatchObject({ rows: -2 });
  expect(await ids(made)).toBe('0 1 2');
  expect(await made.table.deleteWhere(made.ports, 'id > 90')).toMatchObject({ version: null });
  await expect(made.table.deleteWhere(made.ports, 'nope = 1')).rejects.toMatchObject({ name: 'SqlError' });
});

test('the warehouse merges, replaces and asks constraints', async () => {
  const made = await openEvents();
  await addConstraint(made.log, made.ports, 'named', "name <> 'bad'");
  const ipc = await made.ipc(`SELECT * REPLACE ('new ' || id AS name) FROM (${events(5, 8, '2025-01-02')})`);
  const merged = await made.table.merge(made.ports, {
    source: { columns: COLUMNS, ipc: ipc ? [ipc] : [] },
    on: ['id', 'day'],
    whenMatched: [{ then: 'update' }],
    whenNotMatched: {},
    whenNotMatchedBySource: { condition: 'target.id = 0' },
  });
  expect(merged).toMatchObject({ updated: 1, inserted: 2, deleted: 1 });
  expect(await made.read()).toContain('5|new 5|2025-01-01 00:00:05|2025-01-02');
  expect(await ids(made)).toBe('1 2 3 4 5 6 7');
  const day = "day = DATE '2025-01-01'";
  await made.table.replaceWhere(made.ports, day, { files: await made.write(events(20, 21, '2025-01-01')) });
  expect(await ids(made)).toBe('3 4 5 6 7 20');
  const bad = await made.write(
    "SELECT 1::BIGINT AS id, 'bad' AS name, NULL::TIMESTAMP AS at, DATE '2025-01-01' AS day",
  );
  await expect(made.table.appendRows(made.ports, { files: bad })).rejects.toMatchObject({
    name: 'ConstraintError',
  });
});

test('a file of more rows than one stream comes back whole', async () => {
  const made = await LabTable.create(rows, struct({ id: 'long', name: 'string' }));
  await made.append("SELECT i AS id, 'n' || i AS name FROM range(300000) t(i)");
  expect(await made.table.deleteWhere(made.ports, 'id % 3 = 0')).toMatchObject({
    rows: -100_000,
    filesAdded: 1,
  });
  expect((await made.table.snapshot()).numRecords).toBe(200_000);
});
