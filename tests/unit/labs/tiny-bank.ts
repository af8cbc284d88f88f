import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { renderModels, schemaOf } from './lab-project.ts';

type Cell = string | number | boolean | null;
export type BankRow = Record<string, Cell>;

/** A Monday. */
export const MONDAY = '2024-06-03';
export const SUNDAY = '2024-06-09';

const TYPES: Record<string, string> = {
  transaction_id: 'varchar',
  transaction_date: 'date',
  transaction_timestamp: 'timestamp',
  customer_id: 'varchar',
  transaction_type: 'varchar',
  amount: 'decimal(18,2)',
  currency: 'varchar',
  status: 'varchar',
  merchant_id: 'varchar',
  merchant_name: 'varchar',
  merchant_category: 'varchar',
  country: 'varchar',
  channel: 'varchar',
  card_type: 'varchar',
  is_fraudulent: 'boolean',
  processing_time_ms: 'integer',
  _row_id: 'bigint',
  _batch_date: 'date',
};

/** A faultless row; `changes` says what is particular about it. */
export function bankRow(id: string, changes: BankRow = {}): BankRow {
  const day = changes.transaction_date ?? MONDAY;
  return {
    transaction_id: id,
    transaction_date: day,
    transaction_timestamp: `${day} 12:00:00`,
    customer_id: 'C1',
    transaction_type: 'PAYMENT',
    amount: '10.00',
    currency: 'EUR',
    status: 'COMPLETED',
    merchant_id: 'M1',
    merchant_name: 'Boulangerie',
    merchant_category: 'GROCERY',
    country: 'FR',
    channel: 'POS',
    card_type: 'DEBIT',
    is_fraudulent: false,
    processing_time_ms: 100,
    _batch_date: day,
    ...changes,
  };
}

function writeLiteral(value: Cell | undefined, type: string): string {
  const text = value === null || value === undefined ? 'null' : `'${String(value).replaceAll("'", "''")}'`;
  return `cast(${text} as ${type})`;
}

async function createBronze(connection: DuckDBConnection, rows: BankRow[]): Promise<void> {
  const columns = Object.entries(TYPES);
  const values = rows.map((row, i) =>
    columns.map(([name, type]) => writeLiteral({ _row_id: i, ...row }[name], type)).join(', '),
  );
  await connection.run(`
    create schema bronze; create schema silver; create schema gold;
    create table bronze.transactions (${columns.map(([name, type]) => `${name} ${type}`).join(', ')});
    insert into bronze.transactions values ${values.map((value) => `(${value})`).join(', ')};
    create table bronze.customers as select * from (values
      ('C1', 'Anne', 'Martin', 'anne@example.org', 'Lyon', 'FR', date '1980-01-02', date '2023-01-15'),
      ('C2', 'Luc', 'Favre', 'luc@example.org', 'Genève', 'CH', date '1990-05-06', date '2023-01-20'))
      t(customer_id, first_name, last_name, email, city, country, birth_date, signup_date);
    create table bronze.merchants as select * from (values
      ('M1', 'Boulangerie', 'GROCERY', 'Lyon', 'FR'), ('M2', 'Librairie', 'EDUCATION', 'Annecy', 'FR'))
      t(merchant_id, merchant_name, merchant_category, city, country);`);
}

/** A database in memory whose bronze has these rows and whose models are built. */
export async function buildBank(rows: BankRow[]): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await createBronze(connection, rows);
  for (const model of renderModels()) {
    const kind = model.path.startsWith('models/staging/') ? 'view' : 'table';
    await connection.run(`create ${kind} ${schemaOf(model.path)}.${model.name} as ${model.sql}`);
  }
  return connection;
}

/** Rows of a query; every value as text, as JSON shows it. */
export async function readRows(connection: DuckDBConnection, sql: string): Promise<BankRow[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJson() as BankRow[];
}

export async function readColumns(connection: DuckDBConnection, sql: string): Promise<[string, string][]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.columnNames().map((name, i) => [name, String(reader.columnTypes()[i])]);
}
