import { sharePercents } from './distributions.ts';
import { makeMerchants, type Merchants } from './merchants.ts';
import { CUSTOMER_COUNT } from './plan.ts';
import { drawOrder, openStream } from './random.ts';
import { CARD_TYPES, CATEGORIES, CHANNELS, PROFILES, TYPES, type TypeProfile } from './reference.ts';

/** How to draw a transaction of one type. */
export interface TypeRule {
  amount: TypeProfile['amount'];
  channelSlots: Int32Array;
  /** Null when no card is used. */
  cardSlots: Int32Array | null;
  /** Merchants it can go to, the most visited first; null when it implies none. */
  merchants: Int32Array | null;
}

/** Who takes part in the transactions of a seed. */
export interface Population {
  merchants: Merchants;
  /** Customers, the most active first. */
  customers: Int32Array;
  /** One rule per position in TYPES. */
  rules: TypeRule[];
}

let latest: { seed: number; population: Population } | undefined;

/** The population of a seed; the latest one is kept, because an executor makes many partitions of one run. */
export function populationOf(seed: number): Population {
  if (latest?.seed !== seed) latest = { seed, population: makePopulation(seed) };
  return latest.population;
}

function makePopulation(seed: number): Population {
  const random = openStream(seed, 'population');
  const merchants = makeMerchants(seed);
  const customers = drawOrder(random, CUSTOMER_COUNT);
  const order = drawOrder(random, merchants.names.length);
  const rules = TYPES.map((type) => ruleOf(PROFILES[type], merchants, order));
  return { merchants, customers, rules };
}

function ruleOf(profile: TypeProfile, merchants: Merchants, order: Int32Array): TypeRule {
  const { debit, categories } = profile;
  const codes = categories?.map((category) => CATEGORIES.indexOf(category));
  return {
    amount: profile.amount,
    channelSlots: sharePercents(CHANNELS, profile.channels),
    cardSlots: debit === null ? null : sharePercents(CARD_TYPES, { DEBIT: debit, CREDIT: 100 - debit }),
    merchants: codes ? order.filter((index) => codes.includes(merchants.category[index] ?? -1)) : null,
  };
}
