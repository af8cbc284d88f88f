/**
 * Elementary functions made of + - * / and sqrt only. ECMAScript defines those five to the last bit, while Math.exp, Math.log
 * and Math.pow may differ between engines in the last place: an amount next to half a cent would then round differently
 * in another browser, and fingerprints of one recipe would disagree.
 */

const LN2 = 0.6931471805599453;

/** e^x for |x| < 100, relative error below 1e-11. */
export function exponential(x: number): number {
  const power = Math.round(x / LN2);
  const r = x - power * LN2;
  let sum = 1 / 3_628_800;
  sum = sum * r + 1 / 362_880;
  sum = sum * r + 1 / 40_320;
  sum = sum * r + 1 / 5_040;
  sum = sum * r + 1 / 720;
  sum = sum * r + 1 / 120;
  sum = sum * r + 1 / 24;
  sum = sum * r + 1 / 6;
  sum = sum * r + 1 / 2;
  sum = sum * r + 1;
  sum = sum * r + 1;
  for (let step = 0; step < power; step++) sum *= 2;
  for (let step = 0; step > power; step--) sum /= 2;
  return sum;
}

/** Natural logarithm of x > 0, absolute error below 1e-10. */
export function logarithm(x: number): number {
  let mantissa = x;
  let power = 0;
  for (; mantissa < 0.75; power--) mantissa *= 2;
  for (; mantissa >= 1.5; power++) mantissa /= 2;
  // ln m = 2 artanh((m - 1) / (m + 1)), and |(m - 1) / (m + 1)| <= 0.2 here.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 1 / 15;
  for (let odd = 13; odd >= 1; odd -= 2) sum = sum * square + 1 / odd;
  return power * LN2 + 2 * s * sum;
}

const TAIL = 0.02425;

/**
 * The x below which a standard normal variable falls with probability p, 0 < p < 1; relative error below 1.2e-9.
 * Acklam, "An algorithm for computing the inverse normal cumulative distribution function".
 */
export function inverseNormal(p: number): number {
  if (p < TAIL) return lowerTail(p);
  if (p > 1 - TAIL) return -lowerTail(1 - p);
  const q = p - 0.5;
  const r = q * q;
  const above =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const below =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (above * q) / below;
}

function lowerTail(p: number): number {
  const q = Math.sqrt(-2 * logarithm(p));
  const above =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const below =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q +
    1;
  return above / below;
}
