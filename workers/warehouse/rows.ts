/** Arrow to plain values, exact: nothing is rounded on the way. */

import { RecordBatchReader, Type, type Data, type DataType } from 'apache-arrow';
import { formatDate, formatDecimal, formatTime, formatTimestamp, integerOf, signedWords } from './values.ts';

/** A row as users see it. */
export type PlainRow = Record<string, unknown>;

/**
 * Rows of a complete Arrow IPC stream as plain objects: 64-bit integers (and HUGEINT) are numbers when safe, else bigint; decimals
 * exact strings; dates `YYYY-MM-DD`; timestamps `YYYY-MM-DDTHH:MM:SS[.ffffff]Z` (a naive one is UTC); times `HH:MM:SS[.ffffff]`; lists
 * arrays; structs and maps with string keys objects; blobs Uint8Array.
 * `columns` gives DuckDB's types, where Arrow knows less (HUGEINT crosses as a decimal). Repeated names get `_1`, `_2`, ...
 */
export function rowsFromIpc(ipc: Uint8Array, columns?: readonly { type: string }[]): PlainRow[] {
  const reader = RecordBatchReader.from(ipc).open();
  const names = uniqueNames(reader.schema.fields.map((field) => field.name));
  const huge = names.map((_, i) => columns?.[i]?.type === 'HUGEINT');
  const rows: PlainRow[] = [];
  for (const batch of reader) {
    const data = batch.data.children as Data[];
    for (let row = 0; row < batch.numRows; row++) {
      const plain: PlainRow = {};
      names.forEach((name, i) => {
        const column = data[i];
        if (column) plain[name] = huge[i] ? hugeAt(column, row) : valueAt(column, row);
      });
      rows.push(plain);
    }
  }
  return rows;
}

/** Names as given, repeated ones numbered: `a`, `a_1`. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 1; taken.has(unique); n++) unique = `${name}_${n}`;
    taken.add(unique);
    return unique;
  });
}

/** One value of a column. */
export function valueAt(data: Data, row: number): unknown {
  if (data.type.typeId === Type.Null || !data.getValid(row)) return null;
  const type: DataType = data.type;
  switch (type.typeId) {
    case Type.Bool:
      return bitAt(data, row);
    case Type.Int:
      return integerOf(data.values[row] as number | bigint);
    case Type.Float:
      return data.values[row] as number;
    case Type.Decimal:
      return formatDecimal(decimalAt(data, row), (type as DataType & { scale: number }).scale);
    case Type.Utf8:
    case Type.LargeUtf8:
      return decoder.decode(bytesAt(data, row));
    case Type.Binary:
    case Type.LargeBinary:
      return bytesAt(data, row).slice();
    case Type.FixedSizeBinary: {
      const width = (type as DataType & { byteWidth: number }).byteWidth;
      return (data.values as Uint8Array).slice(row * width, (row + 1) * width);
    }
    case Type.Date:
      return formatDate(
        BigInt(data.values[row] as number | bigint),
        (type as DataType & { unit: number }).unit,
      );
    case Type.Time:
      return formatTime(
        BigInt(data.values[row] as number | bigint),
        (type as DataType & { unit: number }).unit,
      );
    case Type.Timestamp:
      return formatTimestamp(data.values[row] as bigint, (type as DataType & { unit: number }).unit);
    case Type.Dictionary:
      return dictionaryAt(data, row);
    default:
      return nestedAt(data, row);
  }
}

const decoder = new TextDecoder();

function nestedAt(data: Data, row: number): unknown {
  const child = data.children[0] as Data | undefined;
  switch (data.type.typeId as Type) {
    case Type.List: {
      const [start, end] = rangeAt(data, row);
      return child ? range(child, start, end) : [];
    }
    case Type.FixedSizeList: {
      const size = (data.type as DataType & { listSize: number }).listSize;
      return child ? range(child, row * size, (row + 1) * size) : [];
    }
    case Type.Struct:
      return structAt(data, row);
    case Type.Map: {
      const [start, end] = rangeAt(data, row);
      return child ? mapAt(child, start, end) : {};
    }
    default:
      throw new TypeError(
        `Arrow type ${String(data.type)} has no plain value; cast it to VARCHAR in the query.`,
      );
  }
}

function structAt(data: Data, row: number): PlainRow {
  const plain: PlainRow = {};
  data.type.children.forEach((field: { name: string }, i: number) => {
    const child = data.children[i] as Data | undefined;
    if (child) plain[field.name] = valueAt(child, row);
  });
  return plain;
}

function mapAt(entries: Data, start: number, end: number): PlainRow | { key: unknown; value: unknown }[] {
  const [keys, values] = entries.children as [Data, Data];
  const pairs = Array.from({ length: end - start }, (_, i) => ({
    key: valueAt(keys, start + i),
    value: valueAt(values, start + i),
  }));
  const named = pairs.every(({ key }) => typeof key === 'string');
  return named ? Object.fromEntries(pairs.map(({ key, value }) => [key, value])) : pairs;
}

function range(child: Data, start: number, end: number): unknown[] {
  return Array.from({ length: end - start }, (_, i) => valueAt(child, start + i));
}

function rangeAt(data: Data, row: number): [number, number] {
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  return [Number(offsets[row] ?? 0), Number(offsets[row + 1] ?? 0)];
}

function bytesAt(data: Data, row: number): Uint8Array {
  const [start, end] = rangeAt(data, row);
  return (data.values as Uint8Array).subarray(start, end);
}

function bitAt(data: Data, row: number): boolean {
  const bit = data.offset + row;
  return (((data.values as Uint8Array)[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

function decimalAt(data: Data, row: number): bigint {
  const words = (data.type as DataType & { bitWidth: number }).bitWidth / 32;
  return signedWords((data.values as Uint32Array).subarray(row * words, (row + 1) * words));
}

function hugeAt(data: Data, row: number): number | bigint | null {
  return data.getValid(row) ? integerOf(decimalAt(data, row)) : null;
}

function dictionaryAt(data: Data, row: number): unknown {
  const values = data.dictionary?.data[0] as Data | undefined;
  return values ? valueAt(values, Number(data.values[row])) : null;
}
