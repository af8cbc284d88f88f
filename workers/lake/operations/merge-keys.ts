import { duckdbTypeOf } from '../schema/duckdb-types.ts';
import type { RowSession, StructType } from '../types.ts';
import { SOURCE } from './merge-clauses.ts';
import { quote, selectRows } from './rows.ts';

/** So many values are named one by one; of more only the range is. */
const MOST_VALUES = 100;

/**
 * A SQL condition that every target row meets which one of the source's keys can match: the values or the range of each key
 * column, for the test on files. Null when no row can match, since a key is NULL throughout.
 */
export async function keyCondition(
  session: RowSession,
  keys: string[],
  schema: StructType,
): Promise<string | null> {
  const parts: string[] = [];
  for (const name of keys) {
    const { texts, isRange } = await readValues(session, name);
    if (texts.length === 0) return null;
    const type = schema.fields.find((column) => column.name === name)?.type;
    const literals = texts.map((text) => (type ? literalOf(text, duckdbTypeOf(type)) : undefined));
    if (literals.includes(undefined)) continue;
    const test = isRange ? `BETWEEN ${literals.join(' AND ')}` : `IN (${literals.join(', ')})`;
    parts.push(`${quote(name)} ${test}`);
  }
  return parts.length > 0 ? parts.join(' AND ') : 'true';
}

/** All values of the key, or when there are many the least and the greatest. */
async function readValues(session: RowSession, name: string): Promise<{ texts: string[]; isRange: boolean }> {
  const key = quote(name);
  const rows = await selectRows(
    session,
    `SELECT DISTINCT ${key}::VARCHAR AS v FROM ${SOURCE} WHERE ${key} IS NOT NULL LIMIT ${MOST_VALUES + 1}`,
  );
  if (rows.length <= MOST_VALUES) return { texts: rows.map(({ v }) => String(v)), isRange: false };
  const [ends] = await selectRows(
    session,
    `SELECT min(${key})::VARCHAR AS low, max(${key})::VARCHAR AS high FROM ${SOURCE}`,
  );
  return { texts: [String(ends?.low), String(ends?.high)], isRange: true };
}

/** A literal that the test on files reads as the type; undefined for types it does not compare. */
function literalOf(text: string, type: string): string | undefined {
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|DECIMAL.*)$/.test(type))
    return /^-?[\d.]+$/.test(text) ? text : undefined;
  if (text.includes('\0')) return undefined;
  const quoted = `'${text.replaceAll("'", "''")}'`;
  if (type === 'VARCHAR') return quoted;
  return type === 'DATE' || type === 'TIMESTAMP' ? `${type} ${quoted}` : undefined;
}
