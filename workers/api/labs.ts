/** Labs, their parameters and dashboards. */
import type { Compression, LabName } from './names.ts';

/** The recipe of the transactions lab; together with the generator version it decides every row. */
export interface TransactionsParams {
  /** Transactions on a weekday, 1 .. 5 000 000; weekends have 0.6 of it. */
  rowsPerDay: number;
  /** Number of days, 1 .. 31. */
  days: number;
  /** First day, `YYYY-MM-DD`. */
  startDate: string;
  /** Unsigned 32-bit integer. */
  seed: number;
  /** Share of rows with each kind of dirt, 0 .. 0.2. */
  dirtRate: number;
  /** Executors, 1 .. 16; changes the speed, never a row. */
  workers: number;
  compression: Compression;
  /** `generator` makes the rows; `files` takes the imported files instead. */
  source: 'generator' | 'files';
}

/** One bound, default and unit for each parameter, so that forms and checks share them. */
export interface ParamSpec {
  name: string;
  kind: 'integer' | 'number' | 'date' | 'choice';
  default: number | string;
  min?: number;
  max?: number;
  step?: number;
  unit?: string;
  choices?: string[];
}

export interface LabInfo {
  name: LabName;
  title: string;
  description: string;
  generatorVersion: string;
  params: ParamSpec[];
  dashboards: DashboardSpec[];
}

export interface DashboardSpec {
  name: string;
  title: string;
  /** Raw YAML-as-JSON of the lab's dashboard file; src/lib/charts gives it meaning. */
  spec: unknown;
}
