import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';

import {
  generatePartition,
  ingestArrow,
  ingestFile,
  planPartitions,
  toIpcStream,
} from '../../../workers/sources/index.ts';
import { Compression, Table, writeParquet, WriterPropertiesBuilder } from 'parquet-wasm/node';
import { column, toCsv } from './reading.ts';

const spec = { rowsPerDay: 2000, days: 1, startDate: '2025-01-01', seed: 42, dirtRate: 0.05 };
const made = generatePartition(spec, planPartitions(spec)[2]!); // after customers and merchants

/** What an independent reader finds in the Parquet file that parquet-wasm makes of a stream. */
async function readBack(ipc: Uint8Array): Promise<Record<string, unknown>[]> {
  const properties = new WriterPropertiesBuilder().setCompression(Compression.SNAPPY).build();
  const file = Uint8Array.from(writeParquet(Table.fromIPCStream(ipc), properties)).buffer;
  return parquetReadObjects({ file });
}

describe('streams of sources', () => {
  it.each([
    ['generated', made],
    ['imported', ingestFile('day.csv', new TextEncoder().encode(toCsv(made)), 'transactions')],
    ['taken from Arrow', ingestArrow('day.parquet', toIpcStream(made), 'transactions')],
  ])('are read by other engines: %s', async (_, table) => {
    const rows = await readBack(toIpcStream(table));
    expect(rows).toHaveLength(table.numRows);
    const cents = rows.map((row) => (row.amount === null ? null : Math.round(Number(row.amount) * 100)));
    const days = column(table, 'transaction_date').map((day) =>
      day === null ? null : Number(day) * 86_400_000,
    );
    expect(cents).toEqual(column(table, 'amount'));
    expect(rows.map((row) => (row.transaction_date as Date | null)?.getTime() ?? null)).toEqual(days);
    expect(rows.map((row) => (row.transaction_timestamp as Date).getTime() * 1000)).toEqual(
      column(table, 'transaction_timestamp'),
    );
    for (const name of [
      'transaction_id',
      'merchant_name',
      'card_type',
      'is_fraudulent',
      'processing_time_ms',
    ]) {
      expect(
        rows.map((row) => row[name] ?? null),
        name,
      ).toEqual(column(table, name));
    }
    expect(rows.map((row) => Number(row._row_id))).toEqual(column(table, '_row_id'));
  });

  it('are readable with no rows', async () => {
    const empty = ingestFile('day.csv', new TextEncoder().encode(toCsv(made.slice(0, 0))), 'transactions');
    expect(await readBack(toIpcStream(empty))).toEqual([]);
  });
});
