import type { Data, Table } from 'apache-arrow';
import { formatDate, formatMicros } from '../../../workers/lake/parquet/dates.ts';
import { decimalOf } from '../../../workers/lake/schema/schema.ts';
import type { DeltaType, StructType } from '../../../workers/lake/types.ts';

type Nested = string | null | Nested[];

/** Every row as texts, in schema order: the same texts as `cell_text.py` makes. */
export function rowTexts(table: Table, schema: StructType): (string | null)[][] {
  return table.batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, row) =>
      schema.fields.map(({ name, type }) => {
        const index = table.schema.fields.findIndex((column) => column.name === name);
        const child = batch.data.children[index];
        if (!child) throw new Error(`no column ${name}`);
        return cellText(child, row, type);
      }),
    ),
  );
}

function cellText(data: Data, row: number, type: DeltaType): string | null {
  const value = nestedText(data, row, type);
  return typeof value === 'string' || value === null ? value : JSON.stringify(value);
}

function nestedText(data: Data, row: number, type: DeltaType): Nested {
  if (!isValid(data, row)) return null;
  if (typeof type === 'string') return primitiveText(data, row, type);
  if (type.type === 'struct')
    return type.fields.map((field, index) => nestedText(childOf(data, index), data.offset + row, field.type));
  const [from, to] = rangeOf(data, row);
  const items = childOf(data, 0);
  if (type.type === 'array')
    return Array.from({ length: to - from }, (_, item) => nestedText(items, from + item, type.elementType));
  return Array.from({ length: to - from }, (_, item) => [
    nestedText(childOf(items, 0), items.offset + from + item, type.keyType),
    nestedText(childOf(items, 1), items.offset + from + item, type.valueType),
  ]);
}

function primitiveText(data: Data, row: number, type: string): string {
  if (type === 'string') return new TextDecoder().decode(bytesAt(data, row));
  if (type === 'binary') return hex(bytesAt(data, row));
  if (type === 'boolean') return String(bitAt(data.values as Uint8Array, data.offset + row));
  const decimal = decimalOf(type as DeltaType);
  if (decimal) return decimalText(data.values as Uint32Array, row, decimal.scale);
  const value = (data.values as ArrayLike<number | bigint>)[row] ?? 0;
  if (type === 'date') return formatDate(Number(value)) ?? '';
  if (type === 'timestamp') return `${formatMicros(BigInt(value), 'T')}Z`;
  if (type === 'timestamp_ntz') return formatMicros(BigInt(value), 'T') ?? '';
  if (type === 'double' || type === 'float') return floatBits(Number(value), type === 'float');
  return String(value);
}

function childOf(data: Data, index: number): Data {
  const child = data.children[index];
  if (!child) throw new Error(`the column has no child ${index}`);
  return child;
}

function rangeOf(data: Data, row: number): [number, number] {
  const offsets = data.valueOffsets as Int32Array;
  return [offsets[row] ?? 0, offsets[row + 1] ?? 0];
}

function bytesAt(data: Data, row: number): Uint8Array {
  const [from, to] = rangeOf(data, row);
  return (data.values as Uint8Array).subarray(from, to);
}

function isValid(data: Data, row: number): boolean {
  return data.nullCount === 0 || !data.nullBitmap?.length || bitAt(data.nullBitmap, data.offset + row);
}

function bitAt(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function floatBits(value: number, single: boolean): string {
  const view = new DataView(new ArrayBuffer(8));
  if (single) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return hex(new Uint8Array(view.buffer, 0, single ? 4 : 8));
}

function decimalText(words: Uint32Array, row: number, scale: number): string {
  let value = 0n;
  for (let word = 3; word >= 0; word -= 1) value = (value << 32n) | BigInt(words[row * 4 + word] ?? 0);
  value = BigInt.asIntN(128, value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}
