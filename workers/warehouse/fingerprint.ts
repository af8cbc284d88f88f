/** A fingerprint of a relation that says the same wherever and in whatever order its rows lie. */

import { quoteIdentifier } from './sql-text.ts';

/** 2^64, the modulus of the sum. */
const modulus = '18446744073709551616::HUGEINT';

/**
 * SELECT of one row with one column `fingerprint`: `<row count>-<16 hex digits>`.
 * Per row the low 64 bits of the md5 of all columns' texts, each with its length in front so that no two rows share a text;
 * summed modulo 2^64, so that order does not matter and repeated rows count. Same in DuckDB 1.4 everywhere.
 * @param relation quoted name, or a SELECT in parentheses
 * @param columns in schema order
 */
export function fingerprintSql(relation: string, columns: readonly string[]): string {
  const sum = `coalesce(sum(md5_number_lower(${rowText(columns)})::HUGEINT), 0) % ${modulus}`;
  return `SELECT count(*)::VARCHAR || '-' || lpad(lower(to_hex((${sum})::UBIGINT)), 16, '0') AS fingerprint FROM ${relation}`;
}

function rowText(columns: readonly string[]): string {
  if (columns.length === 0) return "''";
  return columns.map((column) => cellText(`${quoteIdentifier(column)}::VARCHAR`)).join(' || ');
}

/** `5:hello`, or `N` for null, which no length begins with. */
function cellText(text: string): string {
  return `coalesce(length(${text})::VARCHAR || ':' || ${text}, 'N')`;
}
