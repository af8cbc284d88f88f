import type { DiffColumn } from './diff-columns.ts';
import { quote } from './rows.ts';

/** Private tables with the rows of the files that only one of the versions has. */
export const BEFORE = 'tarn_before';
export const AFTER = 'tarn_after';

/** Two SELECTs: the counts `added`, `removed`, `changed`, and the rows that differ, `_change` first. */
export interface DiffSql {
  counts: string;
  rows: (limit: number) => string;
}

// Names with a space belong to no column of a Delta table.
const COPIES = '"the copies"';
const HERE = '"is here"';
const PLACE = '"the place"';
const KIND = '"the kind"';

/** Whole rows, as often as each occurs (EXCEPT ALL in both directions); NULL equals NULL. */
export function wholeRowDiff(columns: DiffColumn[]): DiffSql {
  const names = columns.map(({ name }) => quote(name)).join(', ');
  const rows = `SELECT ${sideOf(columns, 'after')}, 1 AS ${COPIES} FROM ${AFTER}
    UNION ALL SELECT ${sideOf(columns, 'before')}, -1 FROM ${BEFORE}`;
  const differing = `SELECT ${names}, sum(${COPIES})::BIGINT AS ${COPIES} FROM (${rows}) GROUP BY ${names} HAVING sum(${COPIES}) <> 0`;
  return {
    counts: `SELECT coalesce(sum(${COPIES}) FILTER (${COPIES} > 0), 0)::BIGINT AS added,
      coalesce(-sum(${COPIES}) FILTER (${COPIES} < 0), 0)::BIGINT AS removed, 0 AS changed FROM (${differing})`,
    rows: (limit) => `SELECT _change, ${names} FROM (
      SELECT CASE WHEN ${COPIES} > 0 THEN 'added' ELSE 'removed' END AS _change, ${names},
        unnest(range(least(abs(${COPIES}), ${limit}))) AS ${PLACE} FROM (${differing}))
      ORDER BY ${names}, _change LIMIT ${limit}`,
  };
}

/** SQL for keys that occur more than once on one side, as text. */
export function duplicateKeySql(table: string, key: string[]): string {
  const names = key.map(quote);
  const text = names.map((name) => `coalesce(${name}::VARCHAR, 'NULL')`).join(`, ', ', `);
  return `SELECT concat(${text}) AS key FROM ${table} GROUP BY ${names.join(', ')} HAVING count(*) > 1 LIMIT 1`;
}

/** Rows matched by a unique key; NULL equals NULL. */
export function keyedDiff(columns: DiffColumn[], key: string[]): DiffSql {
  const joined = joinSql(columns, key);
  return {
    counts: `SELECT count(*) FILTER (${KIND} = 'added') AS added, count(*) FILTER (${KIND} = 'removed') AS removed,
      count(*) FILTER (${KIND} = 'changed') AS changed FROM (${joined})`,
    rows: (limit) => `WITH placed AS (
        SELECT *, sum(CASE ${KIND} WHEN 'changed' THEN 2 ELSE 1 END)
          OVER (ORDER BY ${keyOrder(key)} ROWS UNBOUNDED PRECEDING) AS ${PLACE} FROM (${joined}))
      SELECT _change, ${columns.map(({ name }) => quote(name)).join(', ')} FROM (
        ${changeSql(columns, 'before', limit)} UNION ALL ${changeSql(columns, 'after', limit)})
      ORDER BY ${PLACE}, _change DESC`,
  };
}

/** One row for each key that differs, with the columns of both sides. */
function joinSql(columns: DiffColumn[], key: string[]): string {
  const isKey = ({ name }: DiffColumn): boolean => key.includes(name);
  const both = columns.flatMap(({ name }) => [
    `b.${quote(name)} AS ${sided('before', name)}`,
    `a.${quote(name)} AS ${sided('after', name)}`,
  ]);
  const match = columns
    .filter(isKey)
    .map(({ name }) => `b.${quote(name)} IS NOT DISTINCT FROM a.${quote(name)}`);
  const differ = columns
    .filter((column) => !isKey(column))
    .map(({ name }) => `b.${quote(name)} IS DISTINCT FROM a.${quote(name)}`);
  return `SELECT ${both.join(', ')},
      CASE WHEN b.${HERE} IS NULL THEN 'added' WHEN a.${HERE} IS NULL THEN 'removed' ELSE 'changed' END AS ${KIND}
    FROM (SELECT ${sideOf(columns, 'before')}, true AS ${HERE} FROM ${BEFORE}) b
    FULL JOIN (SELECT ${sideOf(columns, 'after')}, true AS ${HERE} FROM ${AFTER}) a ON ${match.join(' AND ')}
    WHERE ${[`b.${HERE} IS NULL`, `a.${HERE} IS NULL`, ...differ].join(' OR ')}`;
}

/** The rows of one side of the first differences; both of a changed row or none. */
function changeSql(columns: DiffColumn[], side: 'before' | 'after', limit: number): string {
  const alone = side === 'before' ? 'removed' : 'added';
  const names = columns.map(({ name }) => `${sided(side, name)} AS ${quote(name)}`);
  return `SELECT CASE ${KIND} WHEN 'changed' THEN '${side}' ELSE ${KIND} END AS _change, ${names.join(', ')}, ${PLACE}
    FROM placed WHERE ${KIND} IN ('${alone}', 'changed') AND ${PLACE} <= ${limit}`;
}

function keyOrder(key: string[]): string {
  return key.map((name) => `coalesce(${sided('after', name)}, ${sided('before', name)})`).join(', ');
}

function sideOf(columns: DiffColumn[], side: 'before' | 'after'): string {
  return columns.map((column) => `${column[side]} AS ${quote(column.name)}`).join(', ');
}

function sided(side: 'before' | 'after', name: string): string {
  return quote(`${side} ${name}`);
}
