/** Days and microseconds since 1970-01-01 UTC as ISO text and back, for years 0001 to 9999; proleptic Gregorian. */

const MS_PER_DAY = 86_400_000;

const FIRST_MS = Date.UTC(2000, 0, 1) - 730_119 * MS_PER_DAY;
const END_MS = Date.UTC(10_000, 0, 1);

/** `YYYY-MM-DD`; undefined outside years 0001 to 9999, where engines do not agree on a form. */
export function formatDate(days: number): string | undefined {
  return formatMillis(days * MS_PER_DAY)?.slice(0, 10);
}

/** Days since the epoch of `YYYY-MM-DD`, or undefined when it is no date. */
export function parseDate(text: string): number | undefined {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms / MS_PER_DAY;
}

/** `YYYY-MM-DDTHH:mm:ss.SSS`, without zone; undefined outside years 0001 to 9999. */
export function formatMillis(ms: number): string | undefined {
  return ms >= FIRST_MS && ms < END_MS ? new Date(ms).toISOString().slice(0, -1) : undefined;
}

/** `YYYY-MM-DD` + separator + `HH:mm:ss.ffffff`; undefined outside years 0001 to 9999. */
export function formatMicros(micros: bigint, separator: 'T' | ' '): string | undefined {
  const ms = floorDivide(micros, 1000n);
  const rest = String(micros - ms * 1000n).padStart(3, '0');
  const text = formatMillis(Number(ms));
  return text && `${text.replace('T', separator)}${rest}`;
}

/** Microseconds since the epoch; zone `Z`, an offset, or none, which means UTC. Undefined when it is no timestamp. */
export function parseMicros(text: string): bigint | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?)?$/.exec(
    text,
  );
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}${match[4] ?? 'Z'}`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * 1000n + BigInt((match[3] ?? '').padEnd(6, '0').slice(0, 6));
}

/** Division that rounds down, below zero too. */
export function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
