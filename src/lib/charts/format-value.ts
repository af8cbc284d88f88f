import type { ValueFormat } from './dashboard-spec.ts';

/** A cell of a chart's rows: numbers as numbers, everything else as text. */
export type ChartValue = string | number | null;

const KIBI = 1024;

function writeNumber(value: number, locale: string, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(locale, options).format(value);
}

const SCALES: [number, string][] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Three significant digits with a letter: 1 234 567 is `1.23 M`; below 1000 as it is. */
export function formatCompact(value: number, locale: string): string {
  // 999 999 must become 1 M, not 1 000 k: compare what will be shown.
  const scale = SCALES.find(([size]) => Math.abs(value) >= size * 0.9995);
  if (!scale) return writeNumber(value, locale, { maximumFractionDigits: Number.isInteger(value) ? 0 : 2 });
  return `${writeNumber(value / scale[0], locale, { maximumSignificantDigits: 3 })}\u00a0${scale[1]}`;
}

function formatMoney(value: number, locale: string): string {
  if (Math.abs(value) >= 100_000) return `${formatCompact(value, locale)}\u00a0€`;
  const digits = Math.abs(value) >= 1000 ? 0 : 2;
  return `${writeNumber(value, locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })}\u00a0€`;
}

function formatBytes(bytes: number, locale: string): string {
  const [size, unit] = ([
    [KIBI ** 3, 'GiB'],
    [KIBI ** 2, 'MiB'],
  ].find(([least]) => bytes >= Number(least) * 0.1) ?? [KIBI, 'KiB']) as [number, string];
  const scaled = bytes / size;
  return `${writeNumber(scaled, locale, { maximumFractionDigits: scaled < 100 ? 1 : 0 })}\u00a0${unit}`;
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00:00.*)?$/;

/** True for `YYYY-MM-DD`, alone or at midnight. */
export function isDay(value: ChartValue | undefined): value is string {
  return typeof value === 'string' && DAY.test(value);
}

/** A day as people write it: `3 Jan 2025`. Other text passes unchanged. */
export function formatDay(value: string, locale: string): string {
  if (!isDay(value)) return value;
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  return format.format(new Date(`${value.slice(0, 10)}T00:00:00Z`));
}

/** Writes days of one axis as short as they stay distinct: `3 Jan`, `3 Jan 2025` over several years, `Jan 2025` for months. */
export function makeDayLabel(days: string[], locale: string): (day: string) => string {
  const years = new Set(days.map((day) => day.slice(0, 4)));
  const monthly = days.length > 2 && days.every((day) => day.slice(8, 10) === '01');
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone: 'UTC',
    month: 'short',
    ...(!monthly && { day: 'numeric' }),
    ...((monthly || years.size > 1) && { year: 'numeric' }),
  });
  return (day) => format.format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
}

/** A value for people. `percent` takes a share (0.123 is `12.3 %`), `money` takes euros, `bytes` is shown in KiB, MiB or GiB. */
export function formatValue(
  value: ChartValue | undefined,
  format: ValueFormat | undefined,
  locale: string,
): string {
  if (value === null || value === undefined) return '–';
  if (format === 'date' || (format === undefined && isDay(value))) return formatDay(String(value), locale);
  const number =
    typeof value === 'number' ? value : format && format !== 'text' && value !== '' ? Number(value) : NaN;
  if (Number.isNaN(number)) return String(value);
  switch (format) {
    case 'integer':
      return writeNumber(number, locale, { maximumFractionDigits: 0 });
    case 'compact':
      return formatCompact(number, locale);
    case 'percent':
      return `${writeNumber(number * 100, locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}\u00a0%`;
    case 'money':
      return formatMoney(number, locale);
    case 'bytes':
      return formatBytes(number, locale);
    case 'text':
      return String(value);
    default:
      return writeNumber(number, locale, { maximumFractionDigits: Math.abs(number) < 1 ? 4 : 2 });
  }
}
