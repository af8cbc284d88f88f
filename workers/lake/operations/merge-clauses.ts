/** What a MERGE is asked to do, and its SQL over `target` and `source`. */

import { SchemaError } from '../errors.ts';
import type { StructType } from '../types.ts';
import { duckdbTypeOf } from '../schema/duckdb-types.ts';
import { type Column, ROWS, quote } from './rows.ts';

/** For a target row that a source row matches: the first clause whose condition holds applies. */
export type MatchedClause =
  /** `columns` take the source's values; all that the source has, unless told. */
  { then: 'update'; columns?: string[]; condition?: string } | { then: 'delete'; condition?: string };

/** For a source row that matches no target row. */
export interface InsertClause {
  /** The others become NULL; all that the source has, unless told. */
  columns?: string[];
  condition?: string;
}

/** For a target row that no source row matches: it is deleted. */
export interface OrphanClause {
  condition?: string;
}

export interface MergeRequest {
  /** Complete Arrow IPC streams, which are transferred; columns with DuckDB types. */
  source: { columns: Column[]; ipc: Uint8Array[] };
  /** Columns that both sides have, or a SQL condition over `target.*` and `source.*`. NULL keys match nothing. */
  on: string[] | string;
  whenMatched?: MatchedClause[];
  whenNotMatched?: InsertClause;
  whenNotMatchedBySource?: OrphanClause;
}

/** The private tables of a merge. */
export const SOURCE = 'tarn_source';
export const PAIRS = 'tarn_pairs';
export const MATCHED = 'tarn_matched';

/** Rows that match: row numbers of target and source, and the clause that applies (NULL for none). */
export const PAIR_COLUMNS: Column[] = [
  { name: 't', type: 'BIGINT' },
  { name: 's', type: 'BIGINT' },
  { name: 'clause', type: 'INTEGER' },
];

const SIDES = `target AS (SELECT rowid AS tarn_row, * FROM ${ROWS}), source AS (SELECT rowid AS tarn_row, * FROM ${SOURCE})`;

/** One pair for each target row that a clause applies to. */
const APPLIED = `(SELECT t, min(s) AS s, min(clause) AS clause FROM ${PAIRS} WHERE clause IS NOT NULL GROUP BY t)`;

/** The columns of the source that go into the table. @throws SchemaError for a column that the source does not have */
export function usedColumns(
  table: string,
  { source, on, whenMatched = [], whenNotMatched }: MergeRequest,
): Column[] {
  const all = source.columns.map(({ name }) => name);
  const lists = [
    ...(Array.isArray(on) ? [on] : []),
    ...whenMatched.flatMap((clause) => (clause.then === 'update' ? [clause.columns ?? all] : [])),
    ...(whenNotMatched ? [whenNotMatched.columns ?? all] : []),
  ];
  const used = new Set(lists.flat());
  const missing = [...used].find((name) => !all.includes(name));
  if (missing !== undefined)
    throw new SchemaError(
      `MERGE into ${table}: column ${missing} is not in the source, whose columns are ${all.join(', ')}.`,
    );
  return source.columns.filter(({ name }) => used.has(name));
}

/** The condition that pairs rows. */
export function joinCondition(on: string[] | string): string {
  if (typeof on === 'string') return on;
  return on.map((name) => `target.${quote(name)} = source.${quote(name)}`).join(' AND ');
}

/** SELECT of the pairs of the file at hand, as `PAIR_COLUMNS`. */
export function pairsSql({ on, whenMatched = [] }: MergeRequest): string {
  const cases = whenMatched.map(({ condition }, index) => `WHEN ${parenthesized(condition)} THEN ${index}`);
  const clause = cases.length > 0 ? `CASE ${cases.join(' ')} END` : 'NULL';
  return `WITH ${SIDES} SELECT target.tarn_row AS t, source.tarn_row AS s, ${clause}::INTEGER AS clause
    FROM target JOIN source ON ${parenthesized(joinCondition(on))}`;
}

/** SELECT of the target rows that no source row matches and that leave. */
export function orphansSql({ condition }: OrphanClause): string {
  return `WITH ${SIDES} SELECT count(*) FROM target WHERE ${isOrphan(condition)}`;
}

/** SELECT of what the rows of the file at hand become. */
export function rewrittenSql(request: MergeRequest, schema: StructType): string {
  const { whenMatched = [], whenNotMatchedBySource, source } = request;
  const inSource = source.columns.map(({ name }) => name);
  const columns = schema.fields.map(({ name, type }) => {
    const updating = whenMatched.flatMap((clause, index) =>
      clause.then === 'update' && (clause.columns ?? inSource).includes(name) ? [index] : [],
    );
    const kept = `target.${quote(name)}`;
    const value =
      updating.length === 0
        ? kept
        : `CASE WHEN pair.clause IN (${updating.join(', ')}) THEN source.${quote(name)} ELSE ${kept} END`;
    return `CAST(${value} AS ${duckdbTypeOf(type)}) AS ${quote(name)}`;
  });
  const deleting = whenMatched.flatMap(({ then }, index) => (then === 'delete' ? [index] : []));
  const stays = [
    ...(deleting.length > 0 ? [`coalesce(pair.clause NOT IN (${deleting.join(', ')}), true)`] : []),
    ...(whenNotMatchedBySource ? [`(${isOrphan(whenNotMatchedBySource.condition)}) IS NOT TRUE`] : []),
  ];
  return `WITH ${SIDES} SELECT ${columns.join(', ')} FROM target
    LEFT JOIN ${APPLIED} AS pair ON pair.t = target.tarn_row LEFT JOIN source ON source.tarn_row = pair.s
    ${stays.length > 0 ? `WHERE ${stays.join(' AND ')}` : ''}`;
}

/** SELECT of the source rows that match nothing, as rows of the table. */
export function insertedSql(
  { columns, condition }: InsertClause,
  request: MergeRequest,
  schema: StructType,
): string {
  const given = columns ?? request.source.columns.map(({ name }) => name);
  const values = schema.fields.map(({ name, type }) => {
    const value = given.includes(name) ? `source.${quote(name)}` : 'NULL';
    return `CAST(${value} AS ${duckdbTypeOf(type)}) AS ${quote(name)}`;
  });
  return `WITH source AS (SELECT rowid AS tarn_row, * FROM ${SOURCE}) SELECT ${values.join(', ')} FROM source
    WHERE NOT EXISTS (FROM ${MATCHED} WHERE s = source.tarn_row) AND ${parenthesized(condition)}`;
}

function isOrphan(condition: string | undefined): string {
  return `NOT EXISTS (FROM ${PAIRS} WHERE t = target.tarn_row) AND ${parenthesized(condition)}`;
}

/** On lines of its own, so that a comment ends with it. */
function parenthesized(condition = 'true'): string {
  return `(\n${condition}\n)`;
}
