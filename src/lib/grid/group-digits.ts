/** Narrow no-break space: groups digits without a meaning that differs between countries. */
const GROUP = '\u202f';

/** Groups the integer digits of exact decimal text by three: `1234567.89` is `1 234 567.89`. Other text passes unchanged. */
export function groupDigits(text: string | null): string | null {
  if (text === null || !/^-?\d{4,}(\.\d+)?$/.test(text)) return text;
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, GROUP);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
