import { tableFromArrays, tableToIPC } from 'apache-arrow';
import type { ColumnInfo, HistoryEntry, LabInfo, Row, TableDetail, TableSummary } from '../../workers/api.ts';

export const FAKE_LAB: LabInfo = {
  name: 'transactions',
  title: 'One million transactions a day',
  description: 'A bank’s transactions, from raw files to dashboards.',
  generatorVersion: 'transactions-1',
  params: [
    {
      name: 'rowsPerDay',
      kind: 'integer',
      default: 1_000_000,
      min: 1,
      max: 5_000_000,
      step: 1,
      unit: 'rows',
    },
    { name: 'days', kind: 'integer', default: 1, min: 1, max: 31, step: 1, unit: 'days' },
    { name: 'startDate', kind: 'date', default: '2025-01-01' },
    { name: 'seed', kind: 'integer', default: 42, min: 0, max: 4_294_967_295, step: 1 },
    { name: 'dirtRate', kind: 'number', default: 0.01, min: 0, max: 0.2, step: 0.005 },
    { name: 'workers', kind: 'integer', default: 2, min: 1, max: 16, step: 1 },
    { name: 'compression', kind: 'choice', default: 'zstd', choices: ['zstd', 'snappy', 'none'] },
    { name: 'source', kind: 'choice', default: 'generator', choices: ['generator', 'files'] },
  ],
  dashboards: [],
};

const NAMES: [string, 'table' | 'view', number][] = [
  ['bronze.transactions', 'table', 1_000_000],
  ['bronze.customers', 'table', 10_000],
  ['bronze.merchants', 'table', 5_000],
  ['silver.stg_transactions', 'view', 0],
  ['silver.transactions', 'table', 968_412],
  ['silver.customers', 'table', 10_000],
  ['gold.daily_activity', 'table', 48_120],
  ['gold.customer_activity', 'table', 187_344],
  ['gold.risk_summary', 'table', 2_904],
  ['gold.dim_customers', 'table', 10_000],
  ['gold.daily_transaction_summary', 'table', 9_998],
  ['gold.merchant_daily_summary', 'table', 5_000],
  ['gold.customer_segments', 'table', 10_000],
  ['gold.channel_performance', 'table', 5],
  ['gold.hourly_pattern', 'table', 24],
  ['system.runs', 'table', 3],
];

export const FAKE_TABLES: TableSummary[] = NAMES.map(([name, kind, numRecords]) => ({
  name,
  kind,
  version: kind === 'view' ? null : 3,
  numFiles: kind === 'view' ? 0 : Math.max(1, Math.round(numRecords / 250_000)),
  numRecords,
  sizeInBytes: numRecords * 58,
}));

const COLUMNS: ColumnInfo[] = [
  ['transaction_id', 'VARCHAR'],
  ['transaction_timestamp', 'TIMESTAMP'],
  ['customer_id', 'VARCHAR'],
  ['transaction_type', 'VARCHAR'],
  ['amount', 'DECIMAL(18,2)'],
  ['status', 'VARCHAR'],
  ['merchant_category', 'VARCHAR'],
  ['channel', 'VARCHAR'],
  ['is_fraudulent', 'BOOLEAN'],
  ['transaction_date', 'DATE'],
].map(([name = '', type = '']) => ({ name, type, nullable: true, partition: name === 'transaction_date' }));

/** Columns, files and the SQL of a fake table. */
export function fakeTableDetail(name: string): TableDetail {
  const summary = FAKE_TABLES.find((one) => one.name === name);
  if (!summary)
    throw { name: 'TableNotFoundError', message: `There is no table ${name}.`, hint: 'Run the lab first.' };
  return {
    ...summary,
    columns: COLUMNS,
    partitionColumns: ['transaction_date'],
    files: Array.from({ length: summary.numFiles }, (_, i) => ({
      path: `part-${String(i).padStart(5, '0')}-5f0c1e2a-7b1d-4c55-9c3c-0a61d2f3b7e${i}.zstd.parquet`,
      sizeInBytes: summary.sizeInBytes / summary.numFiles,
      numRecords: summary.numRecords / summary.numFiles,
      partitionValues: { transaction_date: '2025-01-01' },
    })),
    sql: summary.kind === 'view' ? 'select * from bronze.transactions' : null,
  };
}

/** Four commits of a fake table, newest first. */
export function fakeHistory(): HistoryEntry[] {
  return [3, 2, 1, 0].map((version): HistoryEntry => ({
    version,
    timestamp: Date.now() - (4 - version) * 3_600_000,
    operation: version === 0 ? 'CREATE TABLE' : 'WRITE',
    operationParameters:
      version === 0 ? { isManaged: 'false' } : { mode: 'Overwrite', partitionBy: '["transaction_date"]' },
    operationMetrics: { numFiles: '4', numOutputRows: '1000000', numOutputBytes: '58000000' },
    runId: version === 0 ? null : 'run-0001',
  }));
}

/** Rows any fake query answers with. */
export function fakeRows(count: number): Row[] {
  const types = ['PAYMENT', 'TRANSFER', 'WITHDRAWAL', 'DEPOSIT', 'MOBILE_PAYMENT'];
  const channels = ['ONLINE', 'POS', 'ATM', 'MOBILE', 'BRANCH'];
  return Array.from({ length: count }, (_, i) => ({
    transaction_id: `T${String(1_000_000 + i * 7919)}`,
    customer_id: `C${String((i * 31) % 10_000).padStart(5, '0')}`,
    transaction_type: types[i % types.length] ?? '',
    amount: (((i * 7919) % 250_000) / 100).toFixed(2),
    status: i % 40 === 0 ? 'FAILED' : 'COMPLETED',
    channel: channels[(i * 3) % channels.length] ?? '',
    merchant_category: i % 9 === 0 ? null : 'GROCERY',
    transaction_timestamp: new Date(Date.UTC(2025, 0, 1, 6 + (i % 16), (i * 13) % 60)).toISOString(),
  }));
}

/** The same rows as an Arrow IPC stream. */
export function fakeArrow(count: number): { ipc: Uint8Array; columns: { name: string; type: string }[] } {
  const rows = fakeRows(count);
  const names = Object.keys(rows[0] ?? { transaction_id: '' });
  const table = tableFromArrays(
    Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])) as Record<string, string[]>,
  );
  const columns = names.map((name) => ({ name, type: name === 'amount' ? 'DECIMAL(18,2)' : 'VARCHAR' }));
  return { ipc: tableToIPC(table, 'stream'), columns };
}
