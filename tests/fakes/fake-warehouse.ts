import { AsyncDuckDB, VoidLogger, type AsyncDuckDBConnection } from '@duckdb/duckdb-wasm';
import wasmUrl from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import workerUrl from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import { tableFromIPC } from 'apache-arrow';
import type { ArrowResult, QueryOptions } from '../../workers/api.ts';

const ROWS = 200_000;

/** Tables with believable rows, so that consoles and dashboards have something to show. */
const SETUP = `
create schema bronze; create schema silver; create schema gold; create schema system;
select setseed(0.42);
create table silver.transactions as
with raw as (
  select i, random() a, random() b, random() c, random() d, random() e, random() f, random() g
  from range(${ROWS}) t(i)
), typed as (
  select *, date '2025-01-01' + cast(floor(pow(a, 0.97) * 5) as integer) as transaction_date,
    ['PAYMENT','PAYMENT','PAYMENT','TRANSFER','WITHDRAWAL','DEPOSIT','MOBILE_PAYMENT','MOBILE_PAYMENT','DIRECT_DEBIT','CHECK','ONLINE_PURCHASE','ONLINE_PURCHASE'][1 + cast(floor(b * 12) as integer)] as transaction_type,
    cast(least(22, greatest(6, floor(6 + 17 * (c + d) / 2))) as integer) as hour
  from raw
), valued as (
  select *, cast(case transaction_type when 'WITHDRAWAL' then [20, 50, 100, 200, 500][1 + cast(floor(e * 5) as integer)]
      when 'TRANSFER' then 100 + 9900 * e when 'DEPOSIT' then 500 + 4500 * e
      else exp(3 + 1.5 * sqrt(-2 * ln(1 - e * 0.9999)) * cos(6.2831853 * f)) end as decimal(18, 2)) as amount
  from typed
)
select 'TXN' || lpad(cast(i as varchar), 12, '0') as transaction_id, transaction_date,
  transaction_date + to_hours(hour) + to_seconds(cast(floor(f * 3600) as integer)) as transaction_timestamp,
  'CUST' || lpad(cast(cast(floor(g * 10000) as integer) as varchar), 6, '0') as customer_id, transaction_type, amount, 'EUR' as currency,
  case when d < 0.95 then 'COMPLETED' when d < 0.97 then 'PENDING' when d < 0.99 then 'FAILED' else 'CANCELLED' end as status,
  case when g < 0.08 then null else ['GROCERY','RESTAURANT','FUEL','TRAVEL','HEALTH','FASHION','ELECTRONICS','HOME','SPORT','BOOKS','BEAUTY','TELECOM','INSURANCE'][1 + cast(floor(pow(f, 1.4) * 13) as integer)] end as merchant_category,
  ['ONLINE','POS','POS','ATM','MOBILE','BRANCH'][1 + cast(floor(e * 6) as integer)] as channel,
  a * 1000 % 1 < 0.002 as is_fraudulent, amount > 5000 or a * 1000 % 1 < 0.002 as is_high_risk,
  cast(20 + 400 * c * d as integer) as processing_time_ms, isodow(transaction_date) as day_of_week, hour
from valued;
create table bronze.transactions as select transaction_id, transaction_date, transaction_timestamp, customer_id, transaction_type, amount, currency, status from silver.transactions;
create table gold.daily_activity as
select transaction_date, day_of_week, hour, transaction_type, channel, coalesce(merchant_category, 'UNKNOWN') as merchant_category, status,
  count(*) as transactions, cast(sum(amount) as decimal(18, 2)) as total_amount, count(*) filter (is_fraudulent) as fraud_transactions,
  cast(coalesce(sum(amount) filter (is_fraudulent), 0) as decimal(18, 2)) as fraud_amount,
  count(*) filter (is_high_risk) as high_risk_transactions, cast(sum(processing_time_ms) as bigint) as processing_time_ms
from silver.transactions group by all;
create table gold.customer_activity as
select transaction_date, customer_id, transaction_type, channel, count(*) as transactions, cast(sum(amount) as decimal(18, 2)) as total_amount,
  count(*) filter (is_fraudulent) as fraud_transactions, cast(coalesce(sum(amount) filter (is_fraudulent), 0) as decimal(18, 2)) as fraud_amount,
  count(*) filter (is_high_risk) as high_risk_transactions
from silver.transactions group by all;
create table gold.customer_segments as
select customer_id, case when sum(amount) < 1000 then 'Low' when sum(amount) < 10000 then 'Medium' when sum(amount) < 50000 then 'High' else 'VIP' end as segment,
  count(*) as transactions, cast(sum(amount) as decimal(18, 2)) as total_amount from silver.transactions group by all;
create table gold.risk_summary as
select transaction_date, transaction_type, channel,
  case when amount < 10 then 'MICRO' when amount < 100 then 'SMALL' when amount < 1000 then 'MEDIUM' when amount < 10000 then 'LARGE' else 'VERY_LARGE' end as amount_category,
  case when hour between 6 and 11 then 'MORNING' when hour between 12 and 17 then 'AFTERNOON' when hour between 18 and 21 then 'EVENING' else 'NIGHT' end as time_of_day,
  count(*) as transactions, cast(sum(amount) as decimal(18, 2)) as total_amount, count(*) filter (is_fraudulent) as fraud_transactions,
  cast(coalesce(sum(amount) filter (is_fraudulent), 0) as decimal(18, 2)) as fraud_amount, count(*) filter (is_high_risk) as high_risk_transactions, count(*) filter (is_high_risk) as risky_alone_transactions,
  cast(coalesce(sum(amount) filter (is_high_risk), 0) as decimal(18, 2)) as high_risk_amount,
  count(*) filter (amount > 5000) as large_amount_transactions, 0::bigint as busy_day_transactions
from silver.transactions group by all;
create table gold.dim_customers as
select 'CUST' || lpad(cast(i as varchar), 6, '0') as customer_id, ['Camille', 'Louis', 'Zoé', 'Hugo', 'Inès'][1 + i % 5] as first_name,
  ['Martin', 'Bernard', 'Dubois', 'Favre', 'Rochat'][1 + i // 7 % 5] as last_name, ['Lyon', 'Genève', 'Lausanne', 'Paris'][1 + i % 4] as city,
  ['FR', 'CH', 'CH', 'FR'][1 + i % 4] as country, date '2023-01-01' + to_months(cast(i % 24 as integer)) as signup_month
from range(10000) t(i);
`;

/** Tables whose rows nobody asks about in detail: each shows transactions. */
const PLAIN = [
  ...['bronze.customers', 'bronze.merchants', 'silver.customers', 'silver.stg_transactions', 'silver.cards'],
  ...[
    'gold.daily_transaction_summary',
    'gold.merchant_daily_summary',
    'gold.channel_performance',
    'gold.hourly_pattern',
  ],
  ...['gold.balances', 'system.runs'],
];

let opened: Promise<AsyncDuckDB> | null = null;

async function openDatabase(): Promise<AsyncDuckDB> {
  const database = new AsyncDuckDB(new VoidLogger(), new Worker(workerUrl));
  await database.instantiate(wasmUrl);
  await database.open({ query: { castBigIntToDouble: false, castDecimalToDouble: false } });
  const connection = await database.connect();
  for (const statement of SETUP.split(';\n').filter((text) => text.trim() !== ''))
    await connection.query(statement);
  for (const name of PLAIN)
    await connection.query(`create view memory.${name} as select * from silver.transactions limit 5000`);
  await connection.close();
  return database;
}

/** `silver.transactions@v3` as fewer rows of the same table, so that versions differ. */
function travel(sql: string): string {
  return sql.replace(/((?:"[^"]+"|\w+)\.(?:"[^"]+"|\w+))@v(\d+)/g, (_, table: string, version: string) => {
    const rows = [110_000, 170_000, 165_000][Number(version)] ?? ROWS;
    return `(select * from ${table} limit ${rows})`;
  });
}

/** DuckDB says `LINE 2: ... ^`; the page wants numbers. */
function readError(thrown: unknown, sql: string) {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const mark = /LINE (\d+): (.*)\n( *)\^/.exec(text);
  const line = mark ? Number(mark[1]) : undefined;
  const column = mark ? (mark[3] ?? '').length - `LINE ${mark[1]}: `.length + 1 : undefined;
  return { name: 'SqlError', message: text.split('\n\nLINE')[0] ?? text, line, column, sql };
}

const running = new Map<string, AsyncDuckDBConnection>();

let last: Promise<unknown> = Promise.resolve();

/** Answers any SQL over the tables above, on a real database; one query after the other, as the engine does. */
export function askWarehouse(sql: string, options: QueryOptions = {}): Promise<ArrowResult> {
  const own = last.then(() => answerQuery(sql, options));
  last = own.catch(() => undefined);
  return own;
}

async function answerQuery(sql: string, options: QueryOptions): Promise<ArrowResult> {
  opened ??= openDatabase();
  const database = await opened;
  const started = performance.now();
  const queryId = options.queryId ?? crypto.randomUUID();
  const connection = await database.connect();
  running.set(queryId, connection);
  try {
    const text = travel(sql.trim().replace(/;\s*$/, ''));
    const described = await connection.query(`describe ${text}`);
    const columns = described
      .toArray()
      .map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
    const limit = options.limit ?? 1_000_000;
    const ipc = await connection.useUnsafe((bindings, handle) =>
      bindings.runQuery(handle, `select * from (${text}\n) limit ${limit + 1}`),
    );
    const { numRows } = tableFromIPC(ipc);
    return {
      queryId,
      ipc,
      numRows,
      truncated: numRows > limit,
      elapsedMs: performance.now() - started,
      columns,
    };
  } catch (thrown) {
    throw readError(thrown, sql);
  } finally {
    running.delete(queryId);
    await connection.close();
  }
}

export async function cancelAsked(queryId: string): Promise<void> {
  await running.get(queryId)?.cancelSent();
}
