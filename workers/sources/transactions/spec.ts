import { checkParams } from './params.ts';

/** Changes whenever the same recipe would make other rows. */
export const GENERATOR_VERSION = 'transactions-1';

/** What decides every generated row; speed and storage parameters are not part of it. */
export interface TransactionsSpec {
  /** Transactions on a weekday before duplicates, 1 .. 5 000 000; a weekend day has 0.6 of it. */
  rowsPerDay: number;
  /** 1 .. 31. */
  days: number;
  /** First day, `YYYY-MM-DD`. */
  startDate: string;
  /** Unsigned 32-bit integer. */
  seed: number;
  /** Share of rows with each kind of dirt, 0 .. 0.2. */
  dirtRate: number;
}

/** @throws ParameterError when a value is out of the bounds of TRANSACTIONS_PARAMS. */
export function checkSpec(spec: TransactionsSpec): void {
  checkParams(spec, ['rowsPerDay', 'days', 'startDate', 'seed', 'dirtRate']);
}
