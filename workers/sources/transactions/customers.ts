import { faker } from '@faker-js/faker/locale/fr';
import type { Data, Table } from 'apache-arrow';

import { assembleBatch, assembleTable } from '../columns/table.ts';
import { dateColumn } from '../columns/fixed.ts';
import { encodeStrings, numberedColumn, stringColumn } from '../columns/utf8.ts';
import { drawShare, sharePercents } from './distributions.ts';
import { drawCity } from './merchants.ts';
import { CUSTOMER_COUNT, requireDay } from './plan.ts';
import { drawBelow, openStream } from './random.ts';
import { COUNTRIES, COUNTRY_SLOTS } from './reference.ts';
import { CUSTOMERS_TABLE } from './tables.ts';

/** What customers said of themselves when they signed up; the marts compute their own segments. */
export const DECLARED_SEGMENTS = ['STANDARD', 'STUDENT', 'PREMIUM', 'PRIVATE'] as const;

/** Sign-ups are spread over the 24 months before the first day. */
const SIGNUP_DAYS = 730;
const YOUNGEST_DAYS = 18 * 366;
const AGE_SPREAD_DAYS = 72 * 365;
const SEGMENT_SLOTS = sharePercents(DECLARED_SEGMENTS, {
  STANDARD: 70,
  STUDENT: 14,
  PREMIUM: 13,
  PRIVATE: 3,
});

/** The customers of a seed, all signed up before `startDate`. */
export function tabulateCustomers(seed: number, startDate: string): Table {
  const customers = makeCustomers(seed, requireDay(startDate));
  const rows = Int32Array.from({ length: CUSTOMER_COUNT }, (_, index) => index);
  const text = (values: string[]) => stringColumn(rows, encodeStrings(values));
  const columns = [
    customerIdColumn(rows),
    text(customers.firstNames),
    text(customers.lastNames),
    text(customers.emails),
    text(customers.cities),
    stringColumn(customers.country, encodeStrings(COUNTRIES)),
    stringColumn(customers.segment, encodeStrings(DECLARED_SEGMENTS)),
    dateColumn(customers.birthDays),
    dateColumn(customers.signupDays),
  ];
  return assembleTable(CUSTOMERS_TABLE.schema, [
    assembleBatch(CUSTOMERS_TABLE.schema, CUSTOMER_COUNT, columns),
  ]);
}

/** `C000001` for customer 0; -1 is null. */
export function customerIdColumn(customers: Int32Array): Data {
  return numberedColumn(
    'C',
    6,
    customers.map((index) => (index < 0 ? -1 : index + 1)),
  );
}

function makeCustomers(seed: number, firstDay: number) {
  const random = openStream(seed, 'customers');
  faker.seed(random.next() >>> 0);
  const firstNames: string[] = [];
  const lastNames: string[] = [];
  const emails: string[] = [];
  const cities: string[] = [];
  const country = new Int32Array(CUSTOMER_COUNT);
  const segment = new Int32Array(CUSTOMER_COUNT);
  const birthDays = new Int32Array(CUSTOMER_COUNT);
  const signupDays = new Int32Array(CUSTOMER_COUNT);
  for (let index = 0; index < CUSTOMER_COUNT; index++) {
    const firstName = faker.person.firstName();
    const lastName = faker.person.lastName();
    firstNames.push(firstName);
    lastNames.push(lastName);
    // A domain reserved for examples: no address belongs to a real person.
    emails.push(faker.internet.email({ firstName, lastName, provider: 'example.org' }));
    country[index] = drawShare(random, COUNTRY_SLOTS);
    cities.push(drawCity(random, country[index] ?? 0));
    segment[index] = drawShare(random, SEGMENT_SLOTS);
    birthDays[index] = firstDay - SIGNUP_DAYS - YOUNGEST_DAYS - drawBelow(random, AGE_SPREAD_DAYS);
    signupDays[index] = firstDay - 1 - drawBelow(random, SIGNUP_DAYS);
  }
  return { firstNames, lastNames, emails, cities, country, segment, birthDays, signupDays };
}
