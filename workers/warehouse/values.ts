/** Single values as text, in ISO forms, without going through floating point. */

/** Ticks per second of Arrow's time units: second, millisecond, microsecond, nanosecond. */
const ticksPerSecond = [1n, 1_000n, 1_000_000n, 1_000_000_000n];
const maxTimestamp = 9223372036854775807n;
const maxDate = 2147483647n;
const secondsPerDay = 86_400n;

/** A number when it is safe, else a bigint. */
export function integerOf(value: number | bigint): number | bigint {
  if (typeof value === 'number') return value;
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

/** Little-endian 32-bit words in two's complement. */
export function signedWords(words: Uint32Array): bigint {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i] ?? 0);
  return BigInt.asIntN(words.length * 32, value);
}

/** `formatDecimal(-5n, 2)` is `-0.05`. */
export function formatDecimal(value: bigint, scale: number): string {
  if (scale <= 0) return String(value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Arrow date: `unit` 0 counts days, 1 milliseconds. Answers `YYYY-MM-DD`. */
export function formatDate(value: bigint, unit: number): string {
  const days = unit === 0 ? value : floorDivide(value, 86_400_000n);
  if (days === maxDate) return 'infinity';
  if (days === -maxDate) return '-infinity';
  return formatDay(days);
}

/** Time of day in ticks of `unit`: `HH:MM:SS[.ffffff]`. */
export function formatTime(value: bigint, unit: number): string {
  const perSecond = ticksPerSecond[unit] ?? 1n;
  const seconds = value / perSecond;
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n];
  return (
    parts.map((part) => String(part).padStart(2, '0')).join(':') + formatFraction(value % perSecond, unit)
  );
}

/** Ticks of `unit` since the epoch: `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`. */
export function formatTimestamp(value: bigint, unit: number): string {
  if (value === maxTimestamp) return 'infinity';
  if (value === -maxTimestamp) return '-infinity';
  const perDay = secondsPerDay * (ticksPerSecond[unit] ?? 1n);
  const days = floorDivide(value, perDay);
  return `${formatDay(days)}T${formatTime(value - days * perDay, unit)}Z`;
}

/** Microseconds are shown as six digits, nanoseconds as nine, and neither when zero. */
function formatFraction(ticks: bigint, unit: number): string {
  if (ticks === 0n) return '';
  const nanos = String(ticks)
    .padStart(unit * 3, '0')
    .padEnd(6, '0');
  return `.${nanos}`;
}

/** Proleptic Gregorian; years beyond 9999 or before 1 keep their sign, as ISO 8601 extended years. */
function formatDay(days: bigint): string {
  const { year, month, day } = civilFromDays(Number(days));
  const sign = year < 0 ? '-' : year > 9999 ? '+' : '';
  const width = sign === '' ? 4 : 6;
  return `${sign}${String(Math.abs(year)).padStart(width, '0')}-${pad(month)}-${pad(day)}`;
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}

/** Days since 1970-01-01 to a date; counts in eras of 400 years that begin on 1 March. */
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1,
  };
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
