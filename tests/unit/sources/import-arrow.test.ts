import {
  Bool,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Utf8,
  makeData,
  tableFromIPC,
  tableToIPC,
  vectorFromArray,
  type DataType,
  type Vector,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';

import {
  generatePartition,
  ImportError,
  ingestArrow,
  planPartitions,
  RAW_TRANSACTION_SCHEMA,
  toIpcStream,
  TRANSACTIONS_TABLE,
} from '../../../workers/sources/index.ts';
import { column } from './reading.ts';

const spec = { rowsPerDay: 3000, days: 1, startDate: '2025-01-01', seed: 3, dirtRate: 0.05 };
const made = generatePartition(spec, planPartitions(spec)[2]!); // after customers and merchants

/** A stream with the raw columns, all null over two rows except the given ones. */
function stream(
  given: Record<string, Vector>,
  names = RAW_TRANSACTION_SCHEMA.fields.map((field) => field.name),
) {
  const vectors = names.map((name) => given[name] ?? vectorFromArray([null, null], new Null()));
  const fields = names.map((name, index) => new Field(name, vectors[index]!.type as DataType, true)); // same length
  const schema = new Schema(fields);
  const children = vectors.map((vector) => vector.data[0]!); // vectors made here have one chunk
  const data = makeData({ type: new Struct(fields), length: 2, nullCount: 0, children });
  return tableToIPC(new Table([new RecordBatch(schema, data)]), 'stream');
}

const ingest = (ipc: Uint8Array) => ingestArrow('day.parquet', ipc, 'transactions');
const bigints = (type: DataType, ...values: bigint[]) =>
  vectorFromData(
    makeData({ type: type as TimestampSecond, length: 2, nullCount: 0, data: BigInt64Array.from(values) }),
  );

function vectorFromData(data: ReturnType<typeof makeData>): Vector {
  return new Table([new RecordBatch(new Schema([new Field('x', data.type, true)]), wrap(data))]).getChildAt(
    0,
  )!;
}

function wrap(data: ReturnType<typeof makeData>) {
  const type = new Struct([new Field('x', data.type, true)]);
  return makeData({ type, length: data.length, nullCount: 0, children: [data] });
}

function decimal(scale: number, precision: number, ...values: bigint[]): Vector {
  const words = values.flatMap((value) =>
    [0n, 32n, 64n, 96n].map((shift) => Number(BigInt.asUintN(32, BigInt.asUintN(128, value) >> shift))),
  );
  const type = new Decimal(scale, precision, 128);
  return vectorFromData(makeData({ type, length: 2, nullCount: 0, data: Uint32Array.from(words) }));
}

function faultOf(ipc: Uint8Array): ImportError {
  try {
    ingest(ipc);
  } catch (error) {
    expect(error).toBeInstanceOf(ImportError);
    return error as ImportError;
  }
  throw new Error('the file was imported');
}

describe('an Arrow stream of transactions', () => {
  it('keeps every value of generated rows', () => {
    const table = ingestArrow('day.parquet', toIpcStream(made), 'transactions', { firstRow: 0 });
    for (const { name } of TRANSACTIONS_TABLE.schema.fields)
      expect(column(table, name), name).toEqual(column(made, name));
  });

  it('counts the rows of several batches on', () => {
    const table = ingest(toIpcStream(new Table([...made.batches, ...made.batches])));
    expect(column(table, '_row_id')).toEqual(Array.from({ length: made.numRows * 2 }, (_, row) => row));
  });

  it.each<[string, Vector, unknown[]]>([
    ['amount', vectorFromArray([12.34, -0.1], new Float64()), [1234, -10]],
    ['amount', vectorFromArray([12.34, null], new Float32()), [1234, null]],
    ['amount', vectorFromArray([12, -3], new Int32()), [1200, -300]],
    ['amount', vectorFromArray([12n, -3n], new Int64()), [1200, -300]],
    ['amount', decimal(0, 10, 5n, -5n), [500, -500]],
    ['amount', decimal(4, 20, 123400n, -100n), [1234, -1]],
    ['country', vectorFromArray(['FR', 'CH'], new Dictionary(new Utf8(), new Int32())), ['FR', 'CH']],
    ['country', vectorFromArray(['é', null], new LargeUtf8()), ['é', null]],
    [
      'transaction_date',
      vectorFromArray([new Date('2025-01-01'), null], new DateMillisecond()),
      [20089, null],
    ],
    ['transaction_date', vectorFromArray([new Date('2025-01-01'), null], new DateDay()), [20089, null]],
    ['transaction_date', bigints(new TimestampMicrosecond(), 0n, -86_400_000_000n), [0, -1]],
    ['transaction_timestamp', bigints(new TimestampSecond(), 1n, -1n), [1_000_000, -1_000_000]],
    ['transaction_timestamp', bigints(new TimestampMillisecond('Europe/Paris'), 1n, -1n), [1000, -1000]],
    [
      'transaction_timestamp',
      bigints(new TimestampMicrosecond(), 1735689600000001n, -1n),
      [1735689600000001, -1],
    ],
    ['transaction_timestamp', bigints(new TimestampNanosecond('UTC'), 1000n, -1000n), [1, -1]],
    ['processing_time_ms', vectorFromArray([7, null], new Int16()), [7, null]],
    ['processing_time_ms', vectorFromArray([7n, -7n], new Int64()), [7, -7]],
    ['processing_time_ms', vectorFromArray([7, null], new Float64()), [7, null]],
    ['is_fraudulent', vectorFromArray([true, null], new Bool()), [true, null]],
  ])('takes %s as %s', (name, vector, expected) => {
    expect(column(ingest(stream({ [name]: vector })), name)).toEqual(expected);
  });
});

describe('an ImportError', () => {
  it.each<[string, Vector, string]>([
    ['amount', vectorFromArray([12.345, 1], new Float64()), '12.345'],
    ['amount', vectorFromArray([NaN, 1], new Float64()), 'NaN'],
    ['amount', vectorFromArray([1e17, 1], new Float64()), '100000000000000000'],
    ['amount', decimal(3, 20, -12345n, 1000n), '-12.345'],
    ['amount', decimal(0, 30, 10n ** 16n, 0n), '10000000000000000'],
    ['processing_time_ms', vectorFromArray([2_147_483_648n, 1n], new Int64()), '2147483648'],
    ['processing_time_ms', vectorFromArray([1.5, 1], new Float64()), '1.5'],
    ['transaction_date', bigints(new TimestampMicrosecond(), 1n, 0n), '1'],
    ['transaction_timestamp', bigints(new TimestampNanosecond(), 1n, 0n), '1'],
  ])('refuses %s %s that cannot be kept', (name, vector, shown) => {
    const fault = faultOf(stream({ [name]: vector }));
    expect(fault.badValues).toMatchObject([{ line: 1, column: name, value: shown }]);
    expect(fault.message).toContain(`First bad rows: row 1: ${name} = ${shown}`);
  });

  it('names all columns of the wrong type', () => {
    const amount = vectorFromArray(['12', '13'], new Utf8());
    const country = vectorFromArray([1, 2], new Int32());
    const fault = faultOf(stream({ amount, country }));
    expect(fault).toMatchObject({ name: 'ImportError', columns: ['amount', 'country'], column: 6 });
    expect(fault.message).toContain('expected the types amount decimal(18,2), country string, got amount');
  });

  it('names columns that are missing or unknown', () => {
    const names = RAW_TRANSACTION_SCHEMA.fields.map((field) =>
      field.name === 'amount' ? 'Amount' : field.name,
    );
    expect(faultOf(stream({}, names)).message).toContain('no column amount; unknown column Amount');
  });

  it('lists bad values by row, though columns are read one after the other', () => {
    const amount = vectorFromArray([1, 0.001], new Float64());
    const processing = vectorFromArray([0.5, 0.5], new Float64());
    const fault = faultOf(stream({ amount, processing_time_ms: processing }));
    expect(fault.badValues.map((bad) => [bad.line, bad.column])).toEqual([
      [1, 'processing_time_ms'],
      [2, 'amount'],
      [2, 'processing_time_ms'],
    ]);
    expect(fault).toMatchObject({ line: 1, column: 16 });
  });

  it('lists five rows at most, counted over batches', () => {
    const bad = stream({ amount: vectorFromArray([1, 0.001], new Float64()) });
    const batches = [bad, bad, bad].flatMap((ipc) => tableFromIPC(ipc).batches);
    expect(faultOf(tableToIPC(new Table(batches), 'stream')).badValues.map((value) => value.line)).toEqual([
      2, 4, 6,
    ]);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['noise', Uint8Array.from({ length: 64 }, (_, index) => (index * 37) % 256)],
    ['a cut stream', toIpcStream(made).subarray(0, 5000)],
  ])('refuses %s', (_, ipc) => {
    expect(faultOf(ipc).message).toContain(
      'expected a file with columns, decoded to a complete Arrow IPC stream',
    );
  });
});
