import { describe, expect, it } from 'vitest';

import {
  generatePartition,
  ImportError,
  ingestFile,
  planPartitions,
  RAW_TRANSACTION_SCHEMA,
  toIpcStream,
  TRANSACTIONS_TABLE,
} from '../../../workers/sources/index.ts';
import { parseDecimalWords } from '../../../workers/sources/import/arrow-decimal.ts';
import { column, sha256, toCsv } from './reading.ts';

const NAMES = RAW_TRANSACTION_SCHEMA.fields.map((field) => field.name);
const GOOD: Record<string, string> = {
  transaction_id: 'T20250101000000001',
  transaction_date: '2025-01-01',
  transaction_timestamp: '2025-01-01 12:34:56.789',
  customer_id: 'C000001',
  transaction_type: 'PAYMENT',
  amount: '12.34',
  currency: 'EUR',
  status: 'COMPLETED',
  merchant_id: 'M00001',
  merchant_name: 'Café Zoé',
  merchant_category: 'RESTAURANT',
  country: 'FR',
  channel: 'POS',
  card_type: 'DEBIT',
  is_fraudulent: 'false',
  processing_time_ms: '120',
};

const bytes = (text: string) => new TextEncoder().encode(text);
const line = (changes: Record<string, string> = {}) =>
  NAMES.map((name) => ({ ...GOOD, ...changes })[name]).join(',');
const file = (...lines: string[]) => bytes([NAMES.join(','), ...lines, ''].join('\n'));
const ingest = (content: Uint8Array, options = {}) => ingestFile('day.csv', content, 'transactions', options);

function faultOf(content: Uint8Array, source = 'transactions'): ImportError {
  try {
    ingestFile('day.csv', content, source);
  } catch (error) {
    expect(error).toBeInstanceOf(ImportError);
    return error as ImportError;
  }
  throw new Error('the file was imported');
}

describe('a CSV file of transactions', () => {
  it('becomes the columns of bronze.transactions', () => {
    const table = ingest(file(line()), { firstRow: 700 });
    expect(table.schema.fields.map((field) => field.name)).toEqual(
      TRANSACTIONS_TABLE.schema.fields.map((f) => f.name),
    );
    const row = Object.fromEntries(
      table.schema.fields.map((field) => [field.name, column(table, field.name)[0]]),
    );
    expect(row).toEqual({
      ...GOOD,
      transaction_date: 20089,
      transaction_timestamp: Date.UTC(2025, 0, 1, 12, 34, 56, 789) * 1000,
      amount: 1234,
      is_fraudulent: false,
      processing_time_ms: 120,
      _row_id: 700,
      _batch_date: 20089,
    });
  });

  it('survives the round trip of dirty generated rows, over several pieces and batches', () => {
    const spec = { rowsPerDay: 140_000, days: 1, startDate: '2025-01-01', seed: 3, dirtRate: 0.03 };
    const made = generatePartition(spec, planPartitions(spec)[2]!); // after customers and merchants
    const table = ingest(bytes(toCsv(made)));
    expect(table.batches).toHaveLength(2);
    for (const { name } of TRANSACTIONS_TABLE.schema.fields) {
      expect(sha256(JSON.stringify(column(table, name))), name).toBe(
        sha256(JSON.stringify(column(made, name))),
      );
    }
    expect(toIpcStream(table).length).toBeGreaterThan(1_000_000);
  });

  it('takes any column order, and leaves out the columns of ingestion', () => {
    const names = ['_row_id', ...NAMES.toReversed()];
    const cells = ['99', ...NAMES.toReversed().map((name) => GOOD[name])];
    const table = ingest(bytes(`${names.join(',')}\n${cells.join(',')}\n`));
    expect(column(table, 'customer_id')).toEqual(['C000001']);
    expect(column(table, '_row_id')).toEqual([0]);
  });

  it('reads empty as null, and dirty values as they are', () => {
    const nothing = line(Object.fromEntries(NAMES.map((name) => [name, ''])));
    const table = ingest(file(line({ amount: '-5' }), nothing, line()), { fallbackDate: '2025-02-01' });
    expect(column(table, 'amount')).toEqual([-500, null, 1234]);
    expect(column(table, 'merchant_name')).toEqual(['Café Zoé', null, 'Café Zoé']);
    expect(column(table, 'is_fraudulent')).toEqual([false, null, false]);
    expect(column(table, '_batch_date')).toEqual([20089, 20120, 20089]);
  });

  it('takes the batch date from the timestamp when the date is missing', () => {
    const table = ingest(file(line({ transaction_date: '', transaction_timestamp: '2025-01-03T23:59:59Z' })));
    expect(column(table, '_batch_date')).toEqual([20091]);
  });

  it.each([
    ['amount', '-0.07', -7],
    ['amount', '.5', 50],
    ['amount', '7.', 700],
    ['amount', '+1.5000', 150],
    ['amount', '0012.30', 1230],
    ['transaction_timestamp', '2025-01-01T00:00:00Z', 1735689600000000],
    ['transaction_timestamp', '2025-01-01 00:00:00+01:00', 1735686000000000],
    ['transaction_timestamp', '2025-01-01 00:00:00-0530', 1735709400000000],
    ['transaction_timestamp', '2025-01-01 00:00:00.000001+00', 1735689600000001],
    ['transaction_timestamp', '2025-01-01 00:00:00.123456000', 1735689600123456],
    ['transaction_timestamp', '1969-12-31 23:59:59.5', -500000],
    ['transaction_date', '1969-12-31', -1],
    ['is_fraudulent', 'True', true],
    ['is_fraudulent', '0', false],
    ['processing_time_ms', '120.0', 120],
    ['processing_time_ms', '-2147483648', -2147483648],
  ])('reads %s %s', (name, text, value) => {
    expect(column(ingest(file(line({ [name]: text }))), name)).toEqual([value]);
  });

  it.each([
    ['9999999999999999.99', 999999999999999999n],
    ['-9999999999999999.99', -999999999999999999n],
    ['-90071992547409.93', -9007199254740993n],
  ])('keeps every digit of the amount %s', (text, cents) => {
    const words = ingest(file(line({ amount: text })))
      .getChild('amount')
      ?.get(0) as Uint32Array;
    expect(parseDecimalWords(words)).toBe(cents);
  });

  it.each([
    ['a byte order mark', `\uFEFF${NAMES.join(',')}\n${line()}\n`],
    ['CRLF', `${NAMES.join(',')}\r\n${line()}\r\n`],
    ['CR', `${NAMES.join(',')}\r${line()}\r`],
    ['no line end', `${NAMES.join(',')}\n${line()}`],
    ['empty lines', `${NAMES.join(',')}\n\n${line()}\n\n  \n`],
    ['semicolons', `${NAMES.join(';')}\n${line().replaceAll(',', ';')}\n`],
    ['every field quoted and CRLF', `${quoteAll(NAMES.join(','))}\r\n${quoteAll(line())}\r\n`],
    ['blanks around names', ` ${NAMES.join(' , ')} \n${line()}\n`],
  ])('copes with %s', (_, text) => {
    const table = ingest(bytes(text));
    expect(column(table, 'transaction_id')).toEqual([GOOD.transaction_id]);
    expect(column(table, 'processing_time_ms')).toEqual([120]);
    expect(column(table, 'merchant_name')).toEqual(['Café Zoé']);
  });

  it('reads commas, quotes and line breaks inside quotes', () => {
    const table = ingest(file(line({ merchant_name: '"Dupont, ""Fils""\net Cie"' }), line({ amount: '1' })));
    expect(column(table, 'merchant_name')).toEqual(['Dupont, "Fils"\net Cie', 'Café Zoé']);
    expect(column(table, 'amount')).toEqual([1234, 100]);
  });

  it('makes no rows of a header alone', () => {
    const table = ingest(file());
    expect(table.numRows).toBe(0);
    expect(table.schema.fields).toHaveLength(18);
    expect(toIpcStream(table).length).toBeGreaterThan(0);
  });

  it('splits a character over two pieces of the file', () => {
    const filler = Array.from({ length: 12_000 }, () => line({ merchant_name: 'é€😀'.repeat(9) }));
    const table = ingest(file(...filler));
    expect(new Set(column(table, 'merchant_name'))).toEqual(new Set(['é€😀'.repeat(9)]));
    expect(table.numRows).toBe(12_000);
  });
});

describe('an ImportError', () => {
  it('names missing, unknown and repeated columns', () => {
    const names = NAMES.map((name) => (name === 'amount' ? 'montant' : name));
    const fault = faultOf(bytes(`${[...names, 'country'].join(',')}\n${line()},FR\n`));
    expect(fault).toMatchObject({
      name: 'ImportError',
      file: 'day.csv',
      columns: ['amount', 'montant', 'country'],
    });
    expect(fault.message).toContain('day.csv');
    expect(fault.message).toContain(
      'no column amount; unknown column montant; column country more than once',
    );
    expect(fault.message).toContain('expected the 16 columns transaction_id, transaction_date,');
    expect(fault.message).toContain('Nothing was imported.');
  });

  it('shows the first five bad lines with their values', () => {
    const lines = Array.from({ length: 40 }, (_, index) =>
      line(index % 4 === 1 ? { amount: `x${index}` } : {}),
    );
    const fault = faultOf(file(...lines));
    expect(fault.badValues.map((bad) => [bad.line, bad.column, bad.value])).toEqual([
      [3, 'amount', "'x1'"],
      [7, 'amount', "'x5'"],
      [11, 'amount', "'x9'"],
      [15, 'amount', "'x13'"],
      [19, 'amount', "'x17'"],
    ]);
    expect(fault).toMatchObject({ columns: ['amount'], line: 3, column: 6 });
    expect(fault.message).toContain('expected a decimal(18,2) such as 1234.56');
    expect(fault.message).toContain("First bad lines: line 3: amount = 'x1'; line 7: amount = 'x5'");
  });

  it('tells all bad values of a line, far into a file too', () => {
    const good = Array.from({ length: 30_000 }, () => line());
    const fault = faultOf(
      file(...good, line({ amount: '1,5'.replace(',', '_'), transaction_date: '01/02/2025' })),
    );
    expect(fault.badValues).toEqual([
      { line: 30_002, column: 'transaction_date', value: "'01/02/2025'", expected: 'a date YYYY-MM-DD' },
      { line: 30_002, column: 'amount', value: "'1_5'", expected: 'a decimal(18,2) such as 1234.56' },
    ]);
  });

  it('counts the lines inside quotes and the empty ones', () => {
    const fault = faultOf(file(line({ merchant_name: '"a\nb\nc"' }), '', line({ amount: '?' })));
    expect(fault.line).toBe(6);
  });

  it.each([
    ['amount', '12.345'],
    ['amount', '12345678901234567.00'],
    ['amount', '1e3'],
    ['amount', '.'],
    ['amount', '-'],
    ['amount', '12 €'],
    ['transaction_date', '2025-02-30'],
    ['transaction_date', '2025-01-01 00:00:00'],
    ['transaction_timestamp', '2025-01-01'],
    ['transaction_timestamp', '2025-01-01 24:00:00'],
    ['transaction_timestamp', '2025-01-01 12:00'],
    ['transaction_timestamp', '2025-01-01 12:00:00.'],
    ['transaction_timestamp', '2025-01-01 12:00:00.1234567'],
    ['transaction_timestamp', '2025-01-01 12:00:00 CET'],
    ['is_fraudulent', 'maybe'],
    ['processing_time_ms', '12.5'],
    ['processing_time_ms', '2147483648'],
  ])('refuses %s %s', (name, text) => {
    expect(faultOf(file(line({ [name]: text }))).badValues).toMatchObject([
      { line: 2, column: name, value: `'${text}'` },
    ]);
  });

  it('refuses lines of another length', () => {
    const fault = faultOf(file(line(), 'T1,2025-01-01', `${line()},more`));
    expect(fault.badValues).toMatchObject([
      { line: 3, column: null, value: '2 fields: T1,2025-01-01', expected: '16 fields' },
      { line: 4, column: null, expected: '16 fields' },
    ]);
  });

  it.each([
    ['an empty file', ''],
    ['a file of blanks', '\n \n'],
  ])('refuses %s', (_, text) => {
    expect(faultOf(bytes(text)).message).toContain(
      'expected a header line with the column names, got an empty file',
    );
  });

  it('refuses text that is not UTF-8', () => {
    const latin1 = Uint8Array.from(Buffer.from(`${NAMES.join(',')}\n${line()}\n`, 'latin1'));
    const fault = faultOf(latin1);
    expect(fault.message).toContain('expected text in UTF-8');
    expect(fault.cause).toBeInstanceOf(TypeError);
    expect(faultOf(latin1.subarray(0, latin1.indexOf(0xe9) + 1)).message).toContain('expected text in UTF-8');
  });

  it.each([
    ['never closed', file(line(), line({ merchant_name: '"Dupont' }), line()), 3],
    ['closed too early', file(line({ merchant_name: '"Du"pont' })), 2],
  ])('names the line of a quote that is %s', (_, content, at) => {
    expect(faultOf(content)).toMatchObject({ line: at });
  });

  it('refuses a source that does not exist', () => {
    expect(faultOf(file(line()), 'sales').message).toContain(
      'a source named transactions, customers, merchants',
    );
  });
});

describe('the other sources', () => {
  it('have no columns of ingestion', () => {
    const table = ingestFile(
      'm.csv',
      bytes('merchant_id,merchant_name,merchant_category,city,country\nM1,A,FUEL,Sion,CH\n'),
      'merchants',
    );
    expect(table.schema.fields).toHaveLength(5);
    expect(column(table, 'city')).toEqual(['Sion']);
  });
});

function quoteAll(text: string): string {
  return text
    .split(',')
    .map((field) => `"${field}"`)
    .join(',');
}
