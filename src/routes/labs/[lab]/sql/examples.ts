import * as m from '$lib/paraglide/messages.js';

/** A query worth starting from. */
export interface Example {
  title: () => string;
  sql: string;
}

const TRANSACTIONS: Example[] = [
  {
    title: m.sql_example_volume,
    sql: `select transaction_date, sum(transactions) as transactions, sum(total_amount) as amount
from gold.daily_activity
group by transaction_date
order by transaction_date`,
  },
  {
    title: m.sql_example_hours,
    sql: `select hour, channel, sum(transactions) as transactions
from gold.daily_activity
group by hour, channel
order by hour, transactions desc`,
  },
  {
    title: m.sql_example_largest,
    sql: `select transaction_timestamp, customer_id, transaction_type, amount, status
from silver.transactions
order by amount desc
limit 100`,
  },
  {
    title: m.sql_example_segments,
    sql: `select segment, count(*) as customers, sum(total_amount) as amount,
  round(100 * sum(total_amount) / sum(sum(total_amount)) over (), 1) as percent
from gold.customer_segments
group by segment
order by amount desc`,
  },
  {
    title: m.sql_example_dirt,
    sql: `select count(*) as received, count(distinct transaction_id) as distinct_ids,
  count(*) filter (customer_id is null) as without_customer, count(*) filter (amount <= 0) as not_positive
from bronze.transactions`,
  },
  { title: m.sql_example_runs, sql: `select *\nfrom system.runs\nlimit 100` },
];

/** Examples of a lab; every lab has the last one. */
export function examplesOf(lab: string): Example[] {
  return lab === 'transactions' ? TRANSACTIONS : TRANSACTIONS.slice(-1);
}
