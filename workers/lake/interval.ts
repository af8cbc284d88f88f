import { InvalidOptionError } from './errors.ts';

const UNITS: Record<string, number> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};

/**
 * Milliseconds of a duration as table properties write it: `interval 1 week`, `interval 30 days 12 hours`. Months and years
 * have no fixed length and are refused, as other engines do.
 * @throws InvalidOptionError naming the property
 */
export function parseInterval(text: string, property: string): number {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, '')
    .split(/\s+/);
  let sum = 0;
  for (let index = 0; index < words.length; index += 2) {
    const unit = UNITS[(words[index + 1] ?? '').replace(/s$/, '')];
    const count = Number(words[index] || NaN);
    if (unit === undefined || !Number.isFinite(count))
      throw new InvalidOptionError(property, 'a duration such as "interval 7 days"', text);
    sum += count * unit;
  }
  return sum;
}
