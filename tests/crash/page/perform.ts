/** The operations of the lake, one function each, as its callers use them. */
import { Float64, Int32, Int64, Table, Utf8, vectorFromArray } from 'apache-arrow';
import type { Lake } from '../../../workers/lake/lake.ts';
import { writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import type { DeltaTable } from '../../../workers/lake/table.ts';
import { deleteWhere } from '../../../workers/lake/operations/delete.ts';
import { mergeRows } from '../../../workers/lake/operations/merge.ts';
import { optimizeTable } from '../../../workers/lake/operations/optimize.ts';
import { repairTable } from '../../../workers/lake/operations/repair.ts';
import { replacePartitions } from '../../../workers/lake/operations/replace-partitions.ts';
import { replaceWhere } from '../../../workers/lake/operations/replace-where.ts';
import { type Column, columnsOf } from '../../../workers/lake/operations/rows.ts';
import { restoreTable } from '../../../workers/lake/operations/restore.ts';
import { vacuumTable } from '../../../workers/lake/operations/vacuum.ts';
import type { Codec, RowEngine, WrittenFile } from '../../../workers/lake/types.ts';
import type { Acknowledgement, Operation } from '../operations.ts';
import { type RowKey, rowOf } from '../rows.ts';

export interface Workplace {
  lake: Lake;
  codec: Codec;
  rows: RowEngine;
}

export const SCHEMA = struct({
  id: 'long',
  region: 'string',
  revision: 'integer',
  name: 'string',
  amount: 'double',
});

/** Does what is asked and answers once the lake has. */
export async function performOperation(workplace: Workplace, operation: Operation): Promise<Acknowledgement> {
  const table = workplace.lake.table(operation.table);
  switch (operation.kind) {
    case 'create': {
      const { partitionColumns, configuration } = operation;
      return table.create(SCHEMA, { partitionColumns, configuration });
    }
    case 'append': {
      const { partitionColumns } = (await table.snapshot()).metadata;
      return table.append(await encodeRows(workplace, table, operation.rows, partitionColumns));
    }
    case 'overwrite': {
      const { rows, partitionColumns } = operation;
      const files = await encodeRows(workplace, table, rows, partitionColumns);
      return table.overwrite(SCHEMA, partitionColumns, files);
    }
    case 'drop':
      await workplace.lake.drop(operation.table);
      return { version: -1 };
    case 'restore':
      return restoreTable(table.log, { version: operation.version });
    case 'delete':
      return deleteWhere(table.log, workplace, `id % ${operation.modulus} = ${operation.rest}`);
    case 'merge':
      return mergeRows(table.log, workplace, {
        source: newRows(operation.rows),
        on: ['id'],
        whenMatched: [{ then: 'update' }],
        whenNotMatched: {},
      });
    case 'replaceWhere':
      return replaceWhere(table.log, workplace, `region = '${operation.region}'`, newRows(operation.rows));
    case 'replacePartitions':
      return replacePartitions(table.log, workplace, newRows(operation.rows));
    case 'vacuum':
      return vacuumTable(table.log, { retentionHours: 0, dryRun: operation.dryRun });
    case 'optimize':
      return optimizeTable(table.log, workplace);
    case 'repair':
      return repairTable(table.log, operation.repair, workplace);
  }
}

function encodeRows(
  { codec }: Workplace,
  table: DeltaTable,
  keys: RowKey[],
  partitionColumns: string[],
): Promise<WrittenFile[]> {
  const ipc = toIpc(keys);
  return codec.encode({ tablePath: table.path, ipc, schema: SCHEMA, partitionColumns, compression: 'zstd' });
}

function newRows(keys: RowKey[]): { columns: Column[]; ipc: Uint8Array[] } {
  return { columns: columnsOf(SCHEMA), ipc: [toIpc(keys)] };
}

/** The rows of these keys as a complete Arrow IPC stream. */
export function toIpc(keys: RowKey[]): Uint8Array {
  const rows = keys.map(rowOf);
  return writeIpc(
    new Table({
      id: vectorFromArray(
        rows.map(({ id }) => BigInt(id)),
        new Int64(),
      ),
      region: vectorFromArray(
        rows.map(({ region }) => region),
        new Utf8(),
      ),
      revision: vectorFromArray(
        rows.map(({ revision }) => revision),
        new Int32(),
      ),
      name: vectorFromArray(
        rows.map(({ name }) => name),
        new Utf8(),
      ),
      amount: vectorFromArray(
        rows.map(({ amount }) => amount),
        new Float64(),
      ),
    }),
  );
}
