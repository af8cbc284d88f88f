/** Bounds of text as Delta statistics keep them (delta.md section 5): prefixes of 32 UTF-16 units, order by UTF-8 bytes. */

const PREFIX = 32;
const LONGEST = 64;
const LAST = '\u{10FFFF}';

/** A prefix that is not greater than the text. */
export function lowerBound(text: string): string {
  return text.slice(0, wholeCharacters(text, PREFIX));
}

/** The text when short, else a prefix and a character greater than the first one dropped; undefined when there is none. */
export function upperBound(text: string): string | undefined {
  if (text.length <= PREFIX) return text;
  let end = wholeCharacters(text, PREFIX);
  while (text.startsWith(LAST, end)) end += LAST.length;
  if (end >= text.length) return text;
  if (end > LONGEST) return undefined;
  return text.slice(0, end) + (text.charCodeAt(end) < 0x7f ? '\u007f' : LAST);
}

/** Compares as UTF-8 bytes do, which is by code point. */
export function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [index, character] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function wholeCharacters(text: string, length: number): number {
  const unit = text.charCodeAt(length - 1);
  const splitsPair = text.length > length && unit >= 0xd800 && unit <= 0xdbff;
  return Math.min(text.length, splitsPair ? length + 1 : length);
}
