import type { Data, Table } from 'apache-arrow';

import {
  boolColumn,
  centsColumn,
  constantDateColumn,
  int32Column,
  ordinalColumn,
  timestampColumn,
} from '../columns/fixed.ts';
import { assembleBatch, assembleTable } from '../columns/table.ts';
import { encodeStrings, numberedColumn, stringColumn } from '../columns/utf8.ts';
import { customerIdColumn, tabulateCustomers } from './customers.ts';
import { appendDuplicates, spoilRows } from './dirt.ts';
import { drawTransactions } from './draw.ts';
import { merchantIdColumn, tabulateMerchants, type Merchants } from './merchants.ts';
import { ParameterError } from './params.ts';
import { requireDay, type Partition } from './plan.ts';
import { populationOf } from './population.ts';
import { openStream } from './random.ts';
import { CARD_TYPES, CATEGORIES, CHANNELS, COUNTRIES, CURRENCIES, STATUSES, TYPES } from './reference.ts';
import { cutRows, type TransactionRows } from './rows.ts';
import { checkSpec, type TransactionsSpec } from './spec.ts';
import { TRANSACTIONS_TABLE } from './tables.ts';

/**
 * The rows of one partition of `planPartitions(spec)`, as one record batch in the schema of SOURCE_TABLES. The same spec and
 * partition give the same bytes on every machine, in any order.
 * @throws ParameterError when the spec is out of bounds.
 */
export function generatePartition(spec: TransactionsSpec, partition: Partition): Table {
  checkSpec(spec);
  switch (partition.table) {
    case 'customers':
      return tabulateCustomers(spec.seed, spec.startDate);
    case 'merchants':
      return tabulateMerchants(populationOf(spec.seed).merchants);
    case 'transactions':
      return generateTransactions(spec, partition);
  }
}

function generateTransactions(spec: TransactionsSpec, partition: Partition): Table {
  if (partition.date === null)
    throw new ParameterError('A partition of transactions needs a date, got null.');
  const day = requireDay(partition.date);
  const population = populationOf(spec.seed);
  const rows = cutRows(partition.rows);
  const distinct = partition.rows - partition.duplicates;
  const clean = openStream(spec.seed, 'transactions', day, partition.chunk);
  drawTransactions(rows, distinct, partition.firstOrdinal, population, clean);
  if (spec.dirtRate > 0) {
    // A stream of its own: the rows under the dirt are the same at every rate.
    const dirt = openStream(spec.seed, 'dirt', day, partition.chunk);
    spoilRows(rows, distinct, spec.dirtRate, dirt);
    appendDuplicates(rows, distinct, partition.duplicates, dirt);
  }
  const columns = columnsOf(rows, partition, day, population.merchants);
  const { schema } = TRANSACTIONS_TABLE;
  return assembleTable(schema, [assembleBatch(schema, partition.rows, columns)]);
}

function columnsOf(rows: TransactionRows, partition: Partition, day: number, merchants: Merchants): Data[] {
  const categories = rows.merchant.map((merchant) =>
    merchant < 0 ? -1 : (merchants.category[merchant] ?? -1),
  );
  const everyRow = new Int32Array(partition.rows);
  return [
    numberedColumn(`T${partition.date?.replaceAll('-', '')}`, 9, rows.ordinal),
    constantDateColumn(day, rows.date),
    timestampColumn(day, rows.millis),
    customerIdColumn(rows.customer),
    stringColumn(rows.type, encodeStrings(TYPES)),
    centsColumn(rows.cents),
    stringColumn(rows.currency, encodeStrings(CURRENCIES)),
    stringColumn(rows.status, encodeStrings(STATUSES)),
    merchantIdColumn(rows.merchant),
    stringColumn(rows.merchant, encodeStrings(merchants.names)),
    stringColumn(categories, encodeStrings(CATEGORIES)),
    stringColumn(rows.country, encodeStrings(COUNTRIES)),
    stringColumn(rows.channel, encodeStrings(CHANNELS)),
    stringColumn(rows.card, encodeStrings(CARD_TYPES)),
    boolColumn(rows.fraud),
    int32Column(rows.processing),
    ordinalColumn(partition.firstRow, partition.rows),
    constantDateColumn(day, everyRow),
  ];
}
