import {
  BufferType,
  Data,
  type DataType,
  List,
  RecordBatch,
  Schema,
  Struct,
  Table,
  vectorFromArray,
} from 'apache-arrow';
import { arrowFieldOf, arrowTypeOf } from '../../../workers/lake/schema/arrow-types.ts';
import { field, struct } from '../../../workers/lake/schema/schema.ts';

/** One column of each type; three rows: extremes, their opposite, and nulls. */
export const EVERY_TYPE = struct({
  s: 'string',
  l: 'long',
  i: 'integer',
  h: 'short',
  b: 'byte',
  f8: 'double',
  f4: 'float',
  ok: 'boolean',
  d: 'date',
  ts: 'timestamp',
  ntz: 'timestamp_ntz',
  bin: 'binary',
  d9: 'decimal(9,2)',
  d18: 'decimal(18,2)',
  d38: 'decimal(38,10)',
  list: { type: 'array', elementType: 'long', containsNull: true },
  rec: { type: 'struct', fields: [field('x', 'integer'), field('y', 'string')] },
});

export const everyTypeRows = 3;

const MAX_DAY = 2_932_896;
const MAX_MICROS = 253_402_300_799_999_999n;
const MAX_38 = 10n ** 38n - 1n;

export function everyTypeTable(): Table {
  const columns: Record<string, Data> = {
    s: fromArray('s', ['Ünï\u0000code 𝄞', '', null]),
    l: flat('l', new BigInt64Array([9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n, 0n])),
    i: flat('i', new Int32Array([2_147_483_647, -2_147_483_648, 0])),
    h: flat('h', new Int16Array([32_767, -32_768, 0])),
    b: flat('b', new Int8Array([127, -128, 0])),
    f8: flat('f8', new Float64Array([1.7976931348623157e308, -5e-324, 0])),
    f4: flat('f4', new Float32Array([3.4028234663852886e38, -1.401298464324817e-45, 0])),
    ok: fromArray('ok', [true, false, null]),
    d: flat('d', new Int32Array([MAX_DAY, -719_162, 0])),
    ts: flat('ts', new BigInt64Array([MAX_MICROS, -62_135_596_800_000_000n, 0n])),
    ntz: flat('ntz', new BigInt64Array([1_700_000_000_123_456n, -1n, 0n])),
    bin: fromArray('bin', [new Uint8Array([0, 255, 10]), new Uint8Array(0), null]),
    d9: flat('d9', wide(999_999_999n, -999_999_999n)),
    d18: flat('d18', wide(999_999_999_999_999_999n, -999_999_999_999_999_999n)),
    d38: flat('d38', wide(MAX_38, -MAX_38)),
    list: listColumn(),
    rec: structColumn(),
  };
  const schema = new Schema(EVERY_TYPE.fields.map(arrowFieldOf));
  const children = EVERY_TYPE.fields.map(({ name }) => columns[name] ?? missing(name));
  const data = new Data(new Struct(schema.fields), 0, everyTypeRows, 0, undefined, children);
  return new Table(schema, [new RecordBatch(schema, data)]);
}

function typeOf(name: string): DataType {
  const found = EVERY_TYPE.fields.find((column) => column.name === name);
  return arrowTypeOf((found ?? missing(name)).type);
}

/** Values whose third row is null. */
function flat(name: string, values: ArrayBufferView): Data {
  return new Data(typeOf(name), 0, everyTypeRows, 1, {
    [BufferType.DATA]: values,
    [BufferType.VALIDITY]: Uint8Array.of(0b011),
  });
}

function fromArray(name: string, values: unknown[]): Data {
  return vectorFromArray(values, typeOf(name)).data[0] ?? missing(name);
}

function wide(...unscaled: bigint[]): Uint32Array {
  const words = new BigInt64Array(everyTypeRows * 2);
  unscaled.forEach((value, row) => {
    words[row * 2] = BigInt.asIntN(64, value);
    words[row * 2 + 1] = value >> 64n;
  });
  return new Uint32Array(words.buffer);
}

function listColumn(): Data {
  const type = typeOf('list') as List;
  const items = vectorFromArray([1n, null, 3n], type.valueType).data[0] ?? missing('list');
  const buffers = {
    [BufferType.OFFSET]: Int32Array.of(0, 3, 3, 3),
    [BufferType.VALIDITY]: Uint8Array.of(0b011),
  };
  return new Data(type, 0, everyTypeRows, 1, buffers, [items]);
}

function structColumn(): Data {
  const type = typeOf('rec') as Struct;
  const [x, y] = type.children;
  const children = [
    vectorFromArray([1, null, null], x?.type),
    vectorFromArray(['one', 'two', null], y?.type),
  ];
  const chunks = children.map((vector) => vector.data[0] ?? missing('rec'));
  return new Data(type, 0, everyTypeRows, 1, { [BufferType.VALIDITY]: Uint8Array.of(0b011) }, chunks);
}

function missing(name: string): never {
  throw new Error(`No column ${name}.`);
}
