const MOST_CENTS = 10n ** 18n;

/** The unscaled value of an Arrow Decimal128 or Decimal256: two's complement, little end first. */
export function parseDecimalWords(words: Uint32Array): bigint {
  let value = 0n;
  for (let index = words.length - 1; index >= 0; index--) value = (value << 32n) | BigInt(words[index] ?? 0);
  return BigInt.asIntN(words.length * 32, value);
}

/** Cents of an unscaled decimal; undefined when there are parts of a cent, or more than 18 digits. */
export function rescaleToCents(unscaled: bigint, scale: number): bigint | undefined {
  const factor = 10n ** BigInt(Math.abs(scale - 2));
  if (scale > 2 && unscaled % factor !== 0n) return undefined;
  const cents = scale > 2 ? unscaled / factor : unscaled * factor;
  return cents > -MOST_CENTS && cents < MOST_CENTS ? cents : undefined;
}

/** An unscaled decimal as people write it. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return scale > 0 ? `${sign}${digits.slice(0, point)}.${digits.slice(point)}` : `${sign}${digits}`;
}
