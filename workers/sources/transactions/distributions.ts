import { exponential, inverseNormal } from './numbers.ts';
import { drawUnit, type RandomStream } from './random.ts';

/** Mean and standard deviation of the logarithm of an everyday amount (labs.md section 3). */
const LOG_MEAN = 3;
const LOG_DEVIATION = 1.5;

const LOW_HOUR = 6;
const MODE_HOUR = 12;
const HIGH_HOUR = 23;
const MS_PER_HOUR = 3_600_000;

/** Log-normal(3, 1.5), in whole cents, at least one. */
export function drawLogNormalCents(random: RandomStream): number {
  const p = drawUnit(random) + 0.5 / 4_294_967_296;
  const cents = Math.round(100 * exponential(LOG_MEAN + LOG_DEVIATION * inverseNormal(p)));
  return Math.max(1, cents);
}

/** Uniform from `low` to `high` cents, both included. */
export function drawUniformCents(random: RandomStream, low: number, high: number): number {
  return low + Math.floor(drawUnit(random) * (high - low + 1));
}

/** Milliseconds after midnight whose hour is triangular(low 6, high 23, mode 12). */
export function drawTimeOfDay(random: RandomStream): number {
  const u = drawUnit(random);
  const width = HIGH_HOUR - LOW_HOUR;
  const rise = MODE_HOUR - LOW_HOUR;
  const fall = HIGH_HOUR - MODE_HOUR;
  const hour =
    u * width < rise ? LOW_HOUR + Math.sqrt(u * width * rise) : HIGH_HOUR - Math.sqrt((1 - u) * width * fall);
  return Math.floor(hour * MS_PER_HOUR);
}

/**
 * Position in a list of `count`, the first being the most active: the product of two uniform draws has density -ln x, so that
 * the activity of the members is exponentially distributed, few being very active and many rarely seen.
 */
export function drawByActivity(random: RandomStream, count: number): number {
  return Math.floor(drawUnit(random) * drawUnit(random) * count);
}

/** A hundred slots shared out by whole percents, so that one uniform draw picks a name by its share. */
export function sharePercents<Name extends string>(
  names: readonly Name[],
  percents: Partial<Record<Name, number>>,
): Int32Array {
  const slots = names.flatMap((name, code) => new Array<number>(percents[name] ?? 0).fill(code));
  if (slots.length !== 100) throw new RangeError(`Shares must add up to 100 %, got ${slots.length} %.`);
  return Int32Array.from(slots);
}

/** A code of `sharePercents`. */
export function drawShare(random: RandomStream, slots: Int32Array): number {
  return slots[Math.floor(drawUnit(random) * 100)] ?? 0;
}
