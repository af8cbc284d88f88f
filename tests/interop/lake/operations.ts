import { struct } from '../../../workers/lake/schema/schema.ts';
import type { Codec, RowEngine, StructType, WrittenFile } from '../../../workers/lake/types.ts';
import type { DeltaTable } from '../../../workers/lake/table.ts';
import { deleteWhere } from '../../../workers/lake/operations/delete.ts';
import { optimizeTable } from '../../../workers/lake/operations/optimize.ts';
import { restoreTable } from '../../../workers/lake/operations/restore.ts';
import { vacuumTable } from '../../../workers/lake/operations/vacuum.ts';
import { addConstraint } from '../../../workers/lake/operations/constraints.ts';
import { appendRows } from '../../../workers/lake/operations/append.ts';
import { mergeRows } from '../../../workers/lake/operations/merge.ts';
import { replacePartitions } from '../../../workers/lake/operations/replace-partitions.ts';
import { replaceWhere } from '../../../workers/lake/operations/replace-where.ts';
import { duckdbTypeOf } from '../../../workers/lake/schema/duckdb-types.ts';
import { type Cells, ipcOf } from './cells.ts';

/** What a step of an operation's case works with. */
export interface Bench {
  table: DeltaTable;
  codec: Codec;
  rows: RowEngine;
  /** Data files of some rows, not yet committed. */
  encode(rows: Cells[], schema?: StructType): Promise<WrittenFile[]>;
}

/** One or more commits, and what the table holds after them. */
export interface OperationStep {
  act: (bench: Bench) => Promise<unknown>;
  schema: StructType;
  after: Cells[];
  /** Versions before this step can no longer be read. */
  forgetsPast?: boolean;
}

export interface OperationCase {
  name: string;
  partitionColumns?: string[];
  steps: OperationStep[];
}

const SALES = struct({ id: 'long', region: 'string', amount: 'decimal(10,2)' });

const row = (id: number, region: string | null, amount: string | null): Cells => [String(id), region, amount];
const many = (from: number, to: number): Cells[] =>
  Array.from({ length: to - from }, (_, index) =>
    row(from + index, ['EU', 'US/East', null][index % 3] ?? null, `${index}.25`),
  );

/** The columns of some rows as a source of DuckDB. */
const columns = (schema: StructType) =>
  schema.fields.map(({ name, type }) => ({ name, type: duckdbTypeOf(type) }));
const source = (rows: Cells[], schema: StructType = SALES) => ({
  columns: columns(schema),
  ipc: [ipcOf(schema, rows)],
});

const WIDER = struct({ id: 'long', region: 'string', amount: 'decimal(12,2)', note: 'string' });

const create =
  (partitionColumns: string[] = []) =>
  ({ table }: Bench) =>
    table.create(SALES, { partitionColumns });
const append =
  (rows: Cells[]) =>
  async ({ table, encode }: Bench) =>
    table.append(await encode(rows));

/** Five appends, which leave small files in every partition. */
const appendFive = async (bench: Bench) => {
  for (let batch = 0; batch < 5; batch += 1) await append(many(batch * 6, batch * 6 + 6))(bench);
};
const thirty = [0, 6, 12, 18, 24].flatMap((from) => many(from, from + 6));

/** Each operation of the lake, as other engines must see it: the rows of every version, plain and partitioned. */
export const OPERATIONS: OperationCase[] = [[], ['region']].flatMap((partitionColumns) => {
  const suffix = partitionColumns.length > 0 ? '_partitioned' : '';
  const start: OperationStep = { act: create(partitionColumns), schema: SALES, after: [] };
  const filled: OperationStep = { act: appendFive, schema: SALES, after: thirty };
  const cases: OperationCase[] = [
    {
      name: 'deleted',
      steps: [
        start,
        filled,
        {
          act: ({ table, codec, rows }) =>
            deleteWhere(table.log, { codec, rows }, "id % 4 = 1 or region = 'US/East'"),
          schema: SALES,
          after: thirty.filter(([id, region]) => Number(id) % 4 !== 1 && region !== 'US/East'),
        },
      ],
    },
    {
      name: 'optimized',
      steps: [
        start,
        filled,
        {
          act: ({ table, codec, rows }) => optimizeTable(table.log, { codec, rows }),
          schema: SALES,
          after: thirty,
        },
        { act: append([row(99, 'EU', null)]), schema: SALES, after: [...thirty, row(99, 'EU', null)] },
      ],
    },
    {
      name: 'z_ordered',
      steps: [
        start,
        filled,
        {
          act: ({ table, codec, rows }) =>
            optimizeTable(table.log, { codec, rows }, { zOrderBy: ['id', 'amount'] }),
          schema: SALES,
          after: thirty,
        },
      ],
    },
    {
      name: 'vacuumed',
      steps: [
        start,
        filled,
        {
          act: async ({ table, codec, rows }) => {
            await deleteWhere(table.log, { codec, rows }, 'id >= 12');
            await vacuumTable(table.log, { retentionHours: 0 });
          },
          schema: SALES,
          after: thirty.slice(0, 12),
          forgetsPast: true,
        },
        { act: append(many(50, 53)), schema: SALES, after: [...thirty.slice(0, 12), ...many(50, 53)] },
      ],
    },
    {
      name: 'restored',
      steps: [
        start,
        filled,
        {
          act: ({ table, codec, rows }) => deleteWhere(table.log, { codec, rows }, 'true'),
          schema: SALES,
          after: [],
        },
        {
          act: ({ table }) => restoreTable(table.log, { version: 3 }),
          schema: SALES,
          after: thirty.slice(0, 18),
        },
      ],
    },
    {
      name: 'merged',
      steps: [
        start,
        filled,
        {
          act: ({ table, codec, rows }) =>
            mergeRows(
              table.log,
              { codec, rows },
              {
                source: source([row(4, 'EU', '-1.00'), row(5, null, null), row(77, 'APAC', '7.00')]),
                on: ['id'],
                whenMatched: [{ then: 'delete', condition: 'source.amount IS NULL' }, { then: 'update' }],
                whenNotMatched: {},
              },
            ),
          schema: SALES,
          after: [
            ...thirty.filter(([id]) => id !== '4' && id !== '5'),
            row(4, 'EU', '-1.00'),
            row(77, 'APAC', '7.00'),
          ],
        },
      ],
    },
    {
      name: 'replaced_where',
      steps: [
        start,
        filled,
        {
          act: ({ table, codec, rows }) =>
            replaceWhere(table.log, { codec, rows }, "region = 'EU'", source([row(500, 'EU', '5.00')])),
          schema: SALES,
          after: [...thirty.filter(([, region]) => region !== 'EU'), row(500, 'EU', '5.00')],
        },
        {
          act: ({ table, codec, rows }) =>
            replaceWhere(table.log, { codec, rows }, 'id between 2 and 400', source([])),
          schema: SALES,
          after: [
            ...thirty.filter(([id, region]) => region !== 'EU' && Number(id) < 2),
            row(500, 'EU', '5.00'),
          ],
        },
      ],
    },
    {
      name: 'evolved',
      steps: [
        start,
        filled,
        {
          act: ({ table, codec, rows }) =>
            appendRows(
              table.log,
              { codec, rows },
              source([[...row(60, 'EU', '1234567890.25'), 'new']], WIDER),
              {
                mergeSchema: true,
              },
            ),
          schema: WIDER,
          after: [
            ...thirty.map((cells): Cells => [...cells, null]),
            [...row(60, 'EU', '1234567890.25'), 'new'],
          ],
        },
      ],
    },
    {
      name: 'constrained',
      steps: [
        start,
        {
          act: async ({ table, codec, rows }) => {
            await addConstraint(table.log, { codec, rows }, 'positive', 'id >= 0');
            await appendRows(table.log, { codec, rows }, source(many(0, 3)));
          },
          schema: SALES,
          after: many(0, 3),
        },
      ],
    },
    {
      name: 'checkpointed',
      steps: [
        start,
        {
          act: async (bench) => {
            for (let id = 0; id < 24; id += 1) await append(many(id, id + 1))(bench);
          },
          schema: SALES,
          after: Array.from({ length: 24 }, (_, id) => many(id, id + 1)).flat(),
        },
      ],
    },
  ];
  if (partitionColumns.length > 0)
    cases.push({
      name: 'replaced_partitions',
      steps: [
        start,
        filled,
        {
          act: ({ table, codec, rows }) =>
            replacePartitions(
              table.log,
              { codec, rows },
              source([row(900, 'US/East', '9.00'), row(901, null, '9.50')]),
            ),
          schema: SALES,
          after: [
            ...thirty.filter(([, region]) => region === 'EU'),
            row(900, 'US/East', '9.00'),
            row(901, null, '9.50'),
          ],
        },
      ],
    });
  return cases.map((one) => ({ ...one, name: `${one.name}${suffix}`, partitionColumns }));
});
