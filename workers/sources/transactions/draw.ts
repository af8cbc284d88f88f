import {
  drawByActivity,
  drawLogNormalCents,
  drawShare,
  drawTimeOfDay,
  drawUniformCents,
  sharePercents,
} from './distributions.ts';
import type { Population, TypeRule } from './population.ts';
import { drawBelow, drawUnit, type RandomStream } from './random.ts';
import {
  BANKNOTE_AMOUNTS,
  COUNTRY_SLOTS,
  FRAUD_SHARE,
  STATUS_PERCENTS,
  STATUSES,
  TYPE_PERCENTS,
  TYPES,
} from './reference.ts';
import type { TransactionRows } from './rows.ts';

const TYPE_SLOTS = sharePercents(TYPES, TYPE_PERCENTS);
const STATUS_SLOTS = sharePercents(STATUSES, STATUS_PERCENTS);

/** Fills the first `count` rows with clean transactions; ids count up from `firstOrdinal`. */
export function drawTransactions(
  rows: TransactionRows,
  count: number,
  firstOrdinal: number,
  population: Population,
  random: RandomStream,
): void {
  const { customers } = population;
  for (let row = 0; row < count; row++) {
    const type = drawShare(random, TYPE_SLOTS);
    rows.ordinal[row] = firstOrdinal + row;
    rows.type[row] = type;
    rows.customer[row] = customers[drawByActivity(random, customers.length)] ?? 0;
    rows.millis[row] = drawTimeOfDay(random);
    rows.status[row] = drawShare(random, STATUS_SLOTS);
    rows.fraud[row] = drawUnit(random) < FRAUD_SHARE ? 1 : 0;
    rows.processing[row] = drawProcessingTime(random);
    const rule = population.rules[type];
    if (rule) drawByType(rows, row, rule, population, random);
  }
}

function drawByType(
  rows: TransactionRows,
  row: number,
  rule: TypeRule,
  { merchants }: Population,
  random: RandomStream,
): void {
  rows.cents[row] = drawCents(random, rule.amount);
  rows.channel[row] = drawShare(random, rule.channelSlots);
  rows.card[row] = rule.cardSlots === null ? -1 : drawShare(random, rule.cardSlots);
  if (rule.merchants === null) {
    rows.merchant[row] = -1;
    rows.country[row] = drawShare(random, COUNTRY_SLOTS);
    return;
  }
  const merchant = rule.merchants[drawByActivity(random, rule.merchants.length)] ?? 0;
  rows.merchant[row] = merchant;
  rows.country[row] = merchants.country[merchant] ?? 0;
}

function drawCents(random: RandomStream, amount: TypeRule['amount']): number {
  switch (amount) {
    case 'banknotes':
      return BANKNOTE_AMOUNTS[drawBelow(random, BANKNOTE_AMOUNTS.length)] ?? 0;
    case 'transfer':
      return drawUniformCents(random, 10_000, 1_000_000);
    case 'deposit':
      return drawUniformCents(random, 50_000, 500_000);
    case 'everyday':
      return drawLogNormalCents(random);
  }
}

/** Mostly below half a second, with a tail up to three seconds. */
function drawProcessingTime(random: RandomStream): number {
  const u = drawUnit(random);
  return 20 + Math.floor(2_980 * u * u * u * u);
}
