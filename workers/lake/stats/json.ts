/** JSON with exact numbers: 64-bit integers and decimals do not survive `JSON.parse`. */

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARK = '\u0000number:';

/** The text of a number, digit for digit. */
export class NumberText {
  constructor(readonly text: string) {}

  toJSON(): never {
    throw new TypeError(`${this.text} must be written by writeJson, which keeps all digits.`);
  }
}

export type ExactJson =
  string | boolean | null | NumberText | bigint | number | ExactJson[] | { [key: string]: ExactJson };

/** Parses JSON with every number as a `NumberText`. @throws SyntaxError */
export function parseExactJson(text: string): ExactJson {
  const marked = text.replace(TOKENS, (token) =>
    token.startsWith('"') ? token : JSON.stringify(MARK + token),
  );
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? new NumberText(value.slice(MARK.length)) : value,
  ) as ExactJson;
}

/** One line of JSON; bigint and `NumberText` become bare numbers. @throws TypeError for NaN and infinities */
export function writeJson(value: ExactJson): string {
  if (value instanceof NumberText) return value.text;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`${value} cannot be written as JSON.`);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`);
  return `{${members.join(',')}}`;
}
