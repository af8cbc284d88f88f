import { tableSchema, type SourceTable } from '../columns/schema.ts';
import type { SourceTableName } from './plan.ts';

/** The 16 raw columns of a transaction, as the source system sends them (labs.md section 3). */
export const RAW_TRANSACTION_SCHEMA = tableSchema({
  transaction_id: 'string',
  transaction_date: 'date',
  transaction_timestamp: 'timestamp',
  customer_id: 'string',
  transaction_type: 'string',
  amount: 'decimal(18,2)',
  currency: 'string',
  status: 'string',
  merchant_id: 'string',
  merchant_name: 'string',
  merchant_category: 'string',
  country: 'string',
  channel: 'string',
  card_type: 'string',
  is_fraudulent: 'boolean',
  processing_time_ms: 'integer',
});

/** bronze.transactions: the raw columns, the row's ordinal within the run, and the day it was delivered. */
export const TRANSACTIONS_TABLE: SourceTable = {
  name: 'transactions',
  schema: {
    type: 'struct',
    fields: [
      ...RAW_TRANSACTION_SCHEMA.fields,
      ...tableSchema({ _row_id: 'long', _batch_date: 'date' }).fields,
    ],
  },
  partitionColumns: ['_batch_date'],
};

export const CUSTOMERS_TABLE: SourceTable = {
  name: 'customers',
  schema: tableSchema({
    customer_id: 'string',
    first_name: 'string',
    last_name: 'string',
    email: 'string',
    city: 'string',
    country: 'string',
    segment_declared: 'string',
    birth_date: 'date',
    signup_date: 'date',
  }),
  partitionColumns: [],
};

export const MERCHANTS_TABLE: SourceTable = {
  name: 'merchants',
  schema: tableSchema({
    merchant_id: 'string',
    merchant_name: 'string',
    merchant_category: 'string',
    city: 'string',
    country: 'string',
  }),
  partitionColumns: [],
};

/** What the lake creates each bronze table with. */
export const SOURCE_TABLES: Record<SourceTableName, SourceTable> = {
  transactions: TRANSACTIONS_TABLE,
  customers: CUSTOMERS_TABLE,
  merchants: MERCHANTS_TABLE,
};
