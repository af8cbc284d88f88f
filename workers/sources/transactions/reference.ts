import { sharePercents } from './distributions.ts';

/** The closed lists of the lab and the shares of their members (labs.md section 3; shares not given there are chosen here). */

export const TYPES = [
  'PAYMENT',
  'TRANSFER',
  'WITHDRAWAL',
  'DEPOSIT',
  'MOBILE_PAYMENT',
  'DIRECT_DEBIT',
  'CHECK',
  'ONLINE_PURCHASE',
] as const;
export const STATUSES = ['COMPLETED', 'PENDING', 'FAILED', 'CANCELLED'] as const;
export const CHANNELS = ['ONLINE', 'POS', 'ATM', 'MOBILE', 'BRANCH'] as const;
export const CARD_TYPES = ['DEBIT', 'CREDIT'] as const;
export const CURRENCIES = ['EUR'] as const;
export const COUNTRIES = ['FR', 'CH', 'DE', 'IT', 'ES', 'BE', 'LU', 'GB', 'PT'] as const;
export const CATEGORIES = [
  'GROCERY',
  'RESTAURANT',
  'FUEL',
  'TRANSPORT',
  'CLOTHING',
  'ELECTRONICS',
  'HOME_GARDEN',
  'HEALTH',
  'ENTERTAINMENT',
  'TRAVEL',
  'TELECOM',
  'UTILITIES',
  'INSURANCE',
] as const;

export type TransactionType = (typeof TYPES)[number];
export type Channel = (typeof CHANNELS)[number];
export type Country = (typeof COUNTRIES)[number];
export type Category = (typeof CATEGORIES)[number];

/** What a transaction of a type looks like. */
export interface TypeProfile {
  amount: 'banknotes' | 'transfer' | 'deposit' | 'everyday';
  /** Percent of each channel. */
  channels: Partial<Record<Channel, number>>;
  /** Percent paid by debit card, the rest by credit card; null when no card is used. */
  debit: number | null;
  /** Categories of the merchants it can go to; null when it implies no merchant. */
  categories: readonly Category[] | null;
}

const BILLS: Category[] = ['TELECOM', 'UTILITIES', 'INSURANCE'];
const SHOPS = CATEGORIES.filter((category) => !BILLS.includes(category));
const WEB_SHOPS: Category[] = [
  'CLOTHING',
  'ELECTRONICS',
  'HOME_GARDEN',
  'HEALTH',
  'ENTERTAINMENT',
  'TRAVEL',
  'GROCERY',
];

export const PROFILES: Record<TransactionType, TypeProfile> = {
  PAYMENT: { amount: 'everyday', channels: { POS: 92, ONLINE: 8 }, debit: 70, categories: SHOPS },
  TRANSFER: {
    amount: 'transfer',
    channels: { ONLINE: 50, MOBILE: 40, BRANCH: 10 },
    debit: null,
    categories: null,
  },
  WITHDRAWAL: { amount: 'banknotes', channels: { ATM: 100 }, debit: 90, categories: null },
  DEPOSIT: {
    amount: 'deposit',
    channels: { BRANCH: 55, ATM: 35, MOBILE: 10 },
    debit: null,
    categories: null,
  },
  MOBILE_PAYMENT: { amount: 'everyday', channels: { MOBILE: 100 }, debit: 60, categories: SHOPS },
  DIRECT_DEBIT: { amount: 'everyday', channels: { ONLINE: 100 }, debit: null, categories: BILLS },
  CHECK: { amount: 'everyday', channels: { BRANCH: 80, MOBILE: 20 }, debit: null, categories: null },
  ONLINE_PURCHASE: {
    amount: 'everyday',
    channels: { ONLINE: 70, MOBILE: 30 },
    debit: 50,
    categories: WEB_SHOPS,
  },
};

export const TYPE_PERCENTS: Record<TransactionType, number> = {
  PAYMENT: 30,
  TRANSFER: 12,
  WITHDRAWAL: 10,
  DEPOSIT: 6,
  MOBILE_PAYMENT: 14,
  DIRECT_DEBIT: 10,
  CHECK: 3,
  ONLINE_PURCHASE: 15,
};

export const STATUS_PERCENTS = { COMPLETED: 95, PENDING: 2, FAILED: 2, CANCELLED: 1 };

export const COUNTRY_PERCENTS: Record<Country, number> = {
  FR: 64,
  CH: 14,
  DE: 5,
  IT: 5,
  ES: 4,
  BE: 4,
  LU: 2,
  GB: 1,
  PT: 1,
};

export const FRAUD_SHARE = 0.001;
/** Cents. */
export const BANKNOTE_AMOUNTS = [2_000, 5_000, 10_000, 20_000, 50_000] as const;

export const COUNTRY_SLOTS = sharePercents(COUNTRIES, COUNTRY_PERCENTS);

/** Cities outside France, whose own come from faker. */
export const CITIES: Record<Exclude<Country, 'FR'>, readonly string[]> = {
  CH: ['Genève', 'Lausanne', 'Zürich', 'Bern', 'Basel', 'Neuchâtel', 'Fribourg', 'Sion', 'Lugano'],
  DE: ['Berlin', 'München', 'Hamburg', 'Köln', 'Frankfurt am Main', 'Stuttgart', 'Freiburg im Breisgau'],
  IT: ['Torino', 'Milano', 'Genova', 'Aosta', 'Roma', 'Bologna'],
  ES: ['Barcelona', 'Madrid', 'Valencia', 'Girona', 'Bilbao', 'Sevilla'],
  BE: ['Bruxelles', 'Liège', 'Namur', 'Gent', 'Antwerpen', 'Charleroi'],
  LU: ['Luxembourg', 'Esch-sur-Alzette', 'Differdange'],
  GB: ['London', 'Manchester', 'Edinburgh', 'Bristol'],
  PT: ['Lisboa', 'Porto', 'Braga', 'Coimbra'],
};
