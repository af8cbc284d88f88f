/** How a country writes numbers. */
export interface DigitMarks {
  group: string;
  decimal: string;
}

/** Group and decimal marks of a locale: `,` and `.` in English. */
export function readDigitMarks(locale: string): DigitMarks {
  const parts = new Intl.NumberFormat(locale).formatToParts(1234567.8);
  const markOf = (type: string) => parts.find((part) => part.type === type)?.value;
  return { group: markOf('group') ?? '', decimal: markOf('decimal') ?? '.' };
}

/** Groups exact decimal text by three, in the locale's marks: `1234567.89` is `1,234,567.89`. Other text passes unchanged. */
export function groupDigits(text: string | null, { group, decimal }: DigitMarks): string | null {
  if (text === null || !/^-?\d+(\.\d+)?$/.test(text)) return text;
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return fraction === undefined ? grouped : `${grouped}${decimal}${fraction}`;
}
