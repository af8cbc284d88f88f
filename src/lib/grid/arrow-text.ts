import { DataType, TimeUnit, type Vector } from 'apache-arrow';

/** Units of a time or timestamp in one second, by Arrow time unit. */
const PER_SECOND: Record<number, bigint> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1_000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};

/** Little-endian two's complement words of 32 bits as one integer; Arrow keeps Decimal128 so. */
export function integerOfWords(words: Uint32Array): bigint {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i] ?? 0);
  return BigInt.asIntN(words.length * 32, value);
}

/** An unscaled integer as decimal text: `(-12345n, 2)` is `-123.45`. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return (unscaled * 10n ** BigInt(-scale)).toString();
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** `YYYY-MM-DD` of a day counted from the Unix epoch. */
export function dateText(day: number): string {
  const time = new Date(day * 86_400_000);
  return Number.isNaN(time.getTime())
    ? `epoch${day >= 0 ? '+' : ''}${day}d`
    : time.toISOString().slice(0, 10);
}

/** `HH:MM:SS` and the fraction when it is not zero; `units` count from midnight. */
export function timeText(units: bigint, perSecond: bigint): string {
  const seconds = units / perSecond;
  const fraction = units % perSecond;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) =>
    part.toString().padStart(2, '0'),
  );
  const digits = perSecond.toString().length - 1;
  return (
    clock.join(':') +
    (fraction === 0n ? '' : `.${fraction.toString().padStart(digits, '0').replace(/0+$/, '')}`)
  );
}

/** `YYYY-MM-DD HH:MM:SS[.fraction]` in UTC of units since the Unix epoch. */
export function timestampText(units: bigint, perSecond: bigint): string {
  const perDay = 86_400n * perSecond;
  const rest = ((units % perDay) + perDay) % perDay;
  return `${dateText(Number((units - rest) / perDay))} ${timeText(rest, perSecond)}`;
}

/** Nested Arrow values as JSON; integers beyond 2^53 stay exact as strings. */
function jsonText(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner)) ??
    'null'
  );
}

function hexText(bytes: Uint8Array): string {
  return '\\x' + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function plainText(value: unknown): string {
  return typeof value === 'object' ? jsonText(value) : String(value);
}

/** Raw 64-bit units of a timestamp row: Arrow's own getter gives milliseconds as a double. */
function readUnits(vector: Vector): (row: number) => bigint {
  const starts: number[] = [];
  let start = 0;
  for (const chunk of vector.data) {
    starts.push(start);
    start += chunk.length;
  }
  return (row) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (row >= (starts[middle] ?? 0)) low = middle;
      else high = middle - 1;
    }
    const values = vector.data[low]?.values as BigInt64Array;
    return values[row - (starts[low] ?? 0)] ?? 0n;
  };
}

/** Writes a non-null value of the column at a row. */
function textOfType(vector: Vector): (row: number) => string {
  const type: DataType = vector.type;
  const get = (row: number): unknown => vector.get(row);
  if (DataType.isDecimal(type))
    return (row) => decimalText(integerOfWords(get(row) as Uint32Array), type.scale);
  if (DataType.isDate(type)) return (row) => dateText(Math.floor(Number(get(row)) / 86_400_000));
  if (DataType.isTime(type))
    return (row) => timeText(BigInt(get(row) as number | bigint), PER_SECOND[type.unit] ?? 1n);
  if (DataType.isTimestamp(type)) {
    const units = readUnits(vector);
    return (row) => timestampText(units(row), PER_SECOND[type.unit] ?? 1n);
  }
  if (DataType.isBinary(type) || DataType.isFixedSizeBinary(type))
    return (row) => hexText(get(row) as Uint8Array);
  return (row) => plainText(get(row));
}

/**
 * How the values of an Arrow column are written: decimals and 64-bit integers exactly, dates and times as ISO (UTC),
 * nested values as JSON, NULL as null.
 */
export function columnText(vector: Vector): (row: number) => string | null {
  const write = textOfType(vector);
  return (row) => (vector.isValid(row) ? write(row) : null);
}
