import { getLocale } from '$lib/paraglide/runtime.js';

/** Shown where there is no value. */
export const NOTHING = '–';

const KIB = 1024;
const MIB = KIB * KIB;
const GIB = KIB * MIB;
const SUFFIXES = ['', 'k', 'M', 'G', 'T'];
const NBSP = '\u00a0';

/** `1234567` -> `1,234,567` in the reader's locale; at most `digits` decimals. */
export function formatNumber(value: number | bigint | null, digits = 2): string {
  if (value === null) return NOTHING;
  return new Intl.NumberFormat(getLocale(), { maximumFractionDigits: digits }).format(value);
}

/** `1234567` -> `1.23 M`, three digits that count, for where space is short; show `formatNumber` on hover. */
export function formatCompact(value: number | null): string {
  if (value === null) return NOTHING;
  const size = Math.abs(value);
  const power = size < 1000 ? 0 : Math.min(SUFFIXES.length - 1, Math.floor(Math.log10(size) / 3));
  const scaled = value / 1000 ** power;
  const number = new Intl.NumberFormat(getLocale(), {
    maximumSignificantDigits: power === 0 && size >= 1 ? 4 : 3,
  });
  // 999 999 rounds up to 1000 k: say 1 M.
  if (Math.abs(Number(scaled.toPrecision(3))) >= 1000 && power < SUFFIXES.length - 1) {
    return formatCompact(Math.sign(value) * 1000 ** (power + 1));
  }
  return power === 0 ? number.format(scaled) : `${number.format(scaled)}${NBSP}${SUFFIXES[power] ?? ''}`;
}

/** Bytes in KiB, MiB or GiB with the fewest digits that tell: `57.2 MiB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return NOTHING;
  if (bytes === 0) return `0${NBSP}MiB`;
  if (bytes < 0.1 * MIB) return `${formatNumber(bytes / KIB, bytes < 10 * KIB ? 1 : 0)}${NBSP}KiB`;
  if (bytes < GIB) return `${formatNumber(bytes / MIB, bytes < 100 * MIB ? 1 : 0)}${NBSP}MiB`;
  return `${formatNumber(bytes / GIB, 2)}${NBSP}GiB`;
}

/** Milliseconds as people say them: `845 ms`, `6.2 s`, `3 min 12 s`, `2 h 5 min`. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return NOTHING;
  if (ms < 1000) return `${formatNumber(Math.round(ms))}${NBSP}ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${formatNumber(seconds, seconds < 10 ? 1 : 0)}${NBSP}s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours}${NBSP}h ${minutes}${NBSP}min`;
  return rest === 0 ? `${minutes}${NBSP}min` : `${minutes}${NBSP}min ${rest}${NBSP}s`;
}

/** A share 0 .. 1 as percent with one decimal: `12.5 %`. */
export function formatPercent(share: number | null): string {
  if (share === null) return NOTHING;
  const number = new Intl.NumberFormat(getLocale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${number.format(share * 100)}${NBSP}%`;
}

/** A moment in the reader's own time zone: `20 Nov 2025, 14:03:09`. */
export function formatDateTime(at: number | null): string {
  if (at === null) return NOTHING;
  return new Intl.DateTimeFormat(getLocale(), {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hour12: false,
  }).format(at);
}

/** The time of day with milliseconds: `14:03:09.120`. */
export function formatTime(at: number | null): string {
  if (at === null) return NOTHING;
  return new Intl.DateTimeFormat(getLocale(), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(at);
}

/** How long ago, in words: `3 minutes ago`. */
export function formatAgo(at: number, now = Date.now()): string {
  const seconds = (at - now) / 1000;
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(getLocale(), { numeric: 'auto' }).format(
    Math.round(seconds / size),
    unit,
  );
}
