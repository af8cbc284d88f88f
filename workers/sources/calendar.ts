/** Days since 1970-01-01, in the proleptic Gregorian calendar. */
export type EpochDay = number;

const MS_PER_DAY = 86_400_000;

/** The day of a year, month (1 .. 12) and day of month; undefined when the calendar has no such day. */
export function epochDay(year: number, month: number, day: number): EpochDay | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  // Counting years from March puts the leap day last, so that month lengths follow one linear formula.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Reads `YYYY-MM-DD`; undefined when the text is anything else or names a day that does not exist. */
export function parseDay(text: string): EpochDay | undefined {
  if (text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  const year = parseDigits(text, 0, 4);
  const month = parseDigits(text, 5, 7);
  const day = parseDigits(text, 8, 10);
  return year < 0 || month < 0 || day < 0 ? undefined : epochDay(year, month, day);
}

/** The day as `YYYY-MM-DD`. */
export function formatDay(day: EpochDay): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

export function isWeekend(day: EpochDay): boolean {
  // 1970-01-01 was a Thursday: day 2 a Saturday, day 3 a Sunday.
  const weekday = (((day - 2) % 7) + 7) % 7;
  return weekday < 2;
}

/** The whole number that the digits `from .. to` of a text spell; -1 when one of them is no digit. */
export function parseDigits(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
