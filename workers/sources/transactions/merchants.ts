import { faker } from '@faker-js/faker/locale/fr';
import type { Data, Table } from 'apache-arrow';

import { numberedColumn, encodeStrings, stringColumn } from '../columns/utf8.ts';
import { assembleBatch, assembleTable } from '../columns/table.ts';
import { drawShare } from './distributions.ts';
import { MERCHANT_COUNT } from './plan.ts';
import { drawBelow, openStream, type RandomStream } from './random.ts';
import { CATEGORIES, CITIES, COUNTRIES, COUNTRY_SLOTS } from './reference.ts';
import { MERCHANTS_TABLE } from './tables.ts';

/** All merchants of a seed, one entry per merchant; categories and countries are positions in their lists. */
export interface Merchants {
  names: string[];
  cities: string[];
  category: Int32Array;
  country: Int32Array;
}

/** The merchants of a seed: the same ones for the merchants table and for every transaction. */
export function makeMerchants(seed: number): Merchants {
  const random = openStream(seed, 'merchants');
  faker.seed(random.next() >>> 0);
  const merchants: Merchants = {
    names: [],
    cities: [],
    category: new Int32Array(MERCHANT_COUNT),
    country: new Int32Array(MERCHANT_COUNT),
  };
  for (let index = 0; index < MERCHANT_COUNT; index++) {
    // The first ones go through all categories, so that none is ever empty.
    merchants.category[index] = index < CATEGORIES.length ? index : drawBelow(random, CATEGORIES.length);
    const country = drawShare(random, COUNTRY_SLOTS);
    merchants.country[index] = country;
    merchants.names.push(faker.company.name());
    merchants.cities.push(drawCity(random, country));
  }
  return merchants;
}

/** A city of a country, which is a position in COUNTRIES; French ones come from faker, which must be seeded. */
export function drawCity(random: RandomStream, country: number): string {
  const code = COUNTRIES[country] ?? 'FR';
  if (code === 'FR') return faker.location.city();
  const cities = CITIES[code];
  return cities[drawBelow(random, cities.length)] ?? '';
}

/** The merchants table. */
export function tabulateMerchants(merchants: Merchants): Table {
  const rows = Int32Array.from({ length: MERCHANT_COUNT }, (_, index) => index);
  const columns = [
    merchantIdColumn(rows),
    stringColumn(rows, encodeStrings(merchants.names)),
    stringColumn(merchants.category, encodeStrings(CATEGORIES)),
    stringColumn(rows, encodeStrings(merchants.cities)),
    stringColumn(merchants.country, encodeStrings(COUNTRIES)),
  ];
  return assembleTable(MERCHANTS_TABLE.schema, [
    assembleBatch(MERCHANTS_TABLE.schema, MERCHANT_COUNT, columns),
  ]);
}

/** `M00001` for merchant 0; -1 is null. */
export function merchantIdColumn(merchants: Int32Array): Data {
  return numberedColumn(
    'M',
    5,
    merchants.map((index) => (index < 0 ? -1 : index + 1)),
  );
}
